"""Tags of words for `Trainer`, as transformers' example for token classification sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import AutoModelForTokenClassification, DataCollatorForTokenClassification

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Tags:
    """A tag a word, told by its first token; words that are cut off are outside.

    Args:
        task: the task, whose first class is the outside.
        max_length: tokens that are read.
    """

    task: Any
    max_length: int

    def model(self, base: Path) -> Any:
        """The base with a fresh head."""
        return AutoModelForTokenClassification.from_pretrained(
            base, num_labels=len(self.task.classes), dtype=torch.float32
        )

    def encoded(self, tokenizer: Any, rows: Any) -> list[dict[str, Any]]:
        """Tokens of each row, and the tag of each token that begins a word."""
        tokens = self._tokens(tokenizer, rows)
        gold, examples = self.task.gold(rows), []
        for row in range(len(rows)):
            example = {name: each[row] for name, each in tokens.items()}
            begun = _begun(tokens.word_ids(row))
            example["labels"] = [int(gold[row][word]) if word >= 0 else -100 for word in begun]
            examples.append(example)
        return examples

    def collate(self, tokenizer: Any) -> Any:
        """Pads each batch to its longest row."""
        return DataCollatorForTokenClassification(tokenizer)

    def told(self, rows: Any, tokenizer: Any, outputs: Callable[[Any], list[Any]]) -> Any:
        """Predictions for rows."""
        from headstart.core.predictions import Predictions

        logits = outputs(self.encoded(tokenizer, rows))
        tokens, sizes, found = self._tokens(tokenizer, rows), [], []
        for row, words in enumerate(_words(rows)):
            tags = np.zeros(len(words), dtype=np.int64)
            for place, word in enumerate(_begun(tokens.word_ids(row))):
                if word >= 0:
                    tags[word] = int(logits[row][0][place].argmax())
            found.append(tags)
            sizes.append(len(words))
        return Predictions(
            classes=self.task.classes, tags=np.concatenate(found), sizes=np.asarray(sizes, dtype=np.int64)
        )

    def _tokens(self, tokenizer: Any, rows: Any) -> Any:
        return tokenizer(_words(rows), is_split_into_words=True, truncation=True, max_length=self.max_length)


def _words(rows: Any) -> list[list[str]]:
    return [text.split(" ") for text in rows.texts]


def _begun(words: list[int | None]) -> list[int]:
    """The word that each token begins, -1 where it begins none."""
    before = [None, *words[:-1]]
    return [-1 if word is None or word == last else word for word, last in zip(words, before, strict=True)]
