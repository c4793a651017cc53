"""What a decoder-only network writes after a question, read as a list of labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy.special import logit

from headstart.core.read_labels import read_labels
from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.train.label_asking import fields_of, one_a_row
from headstart.train.label_writing import WEIGHT, LabelWriting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True, eq=False)
class WrittenLabels(LabelWriting):
    """The labels that the network lists when it answers in its own words, token by token.

    What is written is no probability. A row whose answer can be read gives each label that it names a half,
    and all labels half of their shares; one whose answer can't be read gives them their shares alone. So
    what is named has more than a half and what is not named less.

    Args:
        backbone: a decoder-only network with the layer that scores words.
        task: decodes outputs.
        instruction: what stands at the head of each prompt.
        words: the words of each label.
        columns: names of the text columns.
        max_length: tokens that are read of a text at most, or None.
        shown: answered questions that come before each question, or None.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
        shares: the share of rows that have each label among those that were seen, between nought and one.
        most: labels that there is room for in an answer.
        none: what is said where no label fits.
    """

    most: int
    none: str

    @property
    def listed(self) -> int:
        """Labels that an answer may have."""
        return self.most

    def predict(self, rows: Rows) -> Predictions:
        """Predictions in the order of the rows; a target column, if any, is not read.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: two labels are the same tokens, or what may not be cut of a row is too long.
        """
        tokens = self.prompts(rows).tokens
        found = np.tile(np.asarray(self.shares, dtype=np.float64), (len(tokens), 1))
        for place, labels in enumerate(self.read(tokens)):
            if labels is not None:
                found[place] *= 1.0 - WEIGHT
                found[place, list(labels)] += WEIGHT
        return self.task.decode(logit(found), one_a_row(tokens))

    def named(self, answer: str) -> tuple[int, ...] | None:
        """The places of the labels that an answer names, none where it says that none fits."""
        return read_labels(answer, self.words, none=self.none)

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `network/`, which opens with `transformers` and knows when to stop, and demonstrations."""
        return {**super().save(folder), "most": self.most, "none": self.none}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BaseError: the network's folder is broken.
            BundleError: the demonstrations are broken.
        """
        return cls(
            task=task,
            shares=tuple(config["shares"]),
            most=int(config["most"]),
            none=str(config["none"]),
            **fields_of(folder, config, LabelDemonstrations),
        )
