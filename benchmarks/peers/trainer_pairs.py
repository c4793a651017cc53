"""Pairs of texts for `Trainer`, as transformers' example for GLUE sets it: classes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, DataCollatorWithPadding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class _Pairs:
    task: Any
    max_length: int

    def model(self, base: Path) -> Any:
        """The base with a fresh head."""
        return AutoModelForSequenceClassification.from_pretrained(
            base, num_labels=max(1, len(self.task.classes)), dtype=torch.float32
        )

    def encoded(self, tokenizer: Any, rows: Any) -> list[dict[str, Any]]:
        """Tokens of each pair, and its target where the rows have one."""
        texts = [rows.frame[name].to_list() for name in rows.columns.text]
        tokens = tokenizer(*texts, truncation=True, max_length=self.max_length)
        examples = [{name: each[row] for name, each in tokens.items()} for row in range(len(rows))]
        for example, gold in zip(examples, self.task.gold(rows).tolist(), strict=True):
            example["labels"] = gold
        return examples

    def collate(self, tokenizer: Any) -> Any:
        """Pads each batch to its longest pair."""
        return DataCollatorWithPadding(tokenizer)


class Classes(_Pairs):
    """One class a pair."""

    def told(self, rows: Any, tokenizer: Any, outputs: Callable[[Any], list[Any]]) -> Any:
        """Predictions for rows."""
        from headstart.core.predictions import Predictions

        logits = np.stack([each[0] for each in outputs(self.encoded(tokenizer, rows))])
        return Predictions(classes=self.task.classes, labels=logits.argmax(axis=1))


class Numbers(_Pairs):
    """A number a pair, in the units of the file."""

    def told(self, rows: Any, tokenizer: Any, outputs: Callable[[Any], list[Any]]) -> Any:
        """Predictions for rows."""
        from headstart.core.predictions import Predictions

        found = np.array([float(each[0][0]) for each in outputs(self.encoded(tokenizer, rows))])
        return Predictions(values=found)
