"""Answers to questions for `Trainer`, as transformers' example for question answering sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import AutoModelForQuestionAnswering, DataCollatorWithPadding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONGEST, BEST = 30, 20


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Start and end of an answer in windows of its text.

    Args:
        task: the task.
        max_length: tokens in a window.
    """

    task: Any
    max_length: int

    def model(self, base: Path) -> Any:
        """The base with a fresh head."""
        return AutoModelForQuestionAnswering.from_pretrained(base, dtype=torch.float32)

    def encoded(self, tokenizer: Any, rows: Any) -> list[dict[str, Any]]:
        """Windows of each row with the tokens where its answer starts and ends, or those of no answer."""
        import json

        tokens = self._tokens(tokenizer, rows)
        targets, examples = rows.targets, []
        for window, row in enumerate(tokens["overflow_to_sample_mapping"]):
            told = json.loads(targets[row])
            span = (told[0][0], told[0][0] + len(told[0][1])) if told else None
            start, end = _places(tokens["offset_mapping"][window], tokens.sequence_ids(window), span)
            example = {name: tokens[name][window] for name in tokenizer.model_input_names}
            examples.append({**example, "start_positions": start, "end_positions": end})
        return examples

    def collate(self, tokenizer: Any) -> Any:
        """Pads each batch to its longest window."""
        return DataCollatorWithPadding(tokenizer)

    def told(self, rows: Any, tokenizer: Any, outputs: Callable[[Any], list[Any]]) -> Any:
        """Predictions for rows: the stretch of the highest sum of scores over the windows."""
        from headstart.core.predictions import Predictions

        logits = outputs(self.encoded(tokenizer, rows))
        tokens = self._tokens(tokenizer, rows)
        best: list[tuple[float, int, int]] = [(-np.inf, -1, -1)] * len(rows)
        for window, row in enumerate(tokens["overflow_to_sample_mapping"]):
            spans, parts = tokens["offset_mapping"][window], tokens.sequence_ids(window)
            best[row] = max(best[row], _best(*logits[window], spans, parts))
        contexts = rows.frame[rows.columns.text[1]].to_list()
        return Predictions(
            texts=tuple(
                context[start:end] if start >= 0 else ""
                for context, (_, start, end) in zip(contexts, best, strict=True)
            )
        )

    def _tokens(self, tokenizer: Any, rows: Any) -> Any:
        questions, contexts = (rows.frame[name].to_list() for name in rows.columns.text)
        return tokenizer(
            questions,
            contexts,
            truncation="only_second",
            max_length=self.max_length,
            stride=self.max_length // 4,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )


def _places(
    spans: list[tuple[int, int]], parts: list[int | None], answer: tuple[int, int] | None
) -> tuple[int, int]:
    inside = [place for place, part in enumerate(parts) if part == 1]
    if answer is None or not inside or spans[inside[0]][0] > answer[0] or spans[inside[-1]][1] < answer[1]:
        return 0, 0
    start = max(place for place in inside if spans[place][0] <= answer[0])
    end = min(place for place in inside if spans[place][1] >= answer[1])
    return start, end


def _best(
    starts: Any, ends: Any, spans: list[tuple[int, int]], parts: list[int | None]
) -> tuple[float, int, int]:
    """The best of the stretches between the 20 best starts and the 20 best ends."""
    found = (-np.inf, -1, -1)
    for start in np.argsort(-starts[: len(spans)])[:BEST].tolist():
        for end in np.argsort(-ends[: len(spans)])[:BEST].tolist():
            if parts[start] == parts[end] == 1 and start <= end < start + LONGEST:
                score = float(starts[start] + ends[end])
                found = max(found, (score, spans[start][0], spans[end][1]))
    return found
