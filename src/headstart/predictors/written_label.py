"""What a decoder-only network writes after a question, read as a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.read_label import read_label
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
class WrittenLabel(LabelWriting):
    """The label that the network names when it answers in its own words, token by token.

    What is written is no probability. A row whose answer names one label gives it a half, and all labels
    their shares of the other half; a row whose answer names none, or several, gives them their shares alone.
    A temperature, set on rows with labels, then says how far answers are to be trusted.

    Args:
        backbone: a decoder-only network with the layer that scores words.
        task: decodes outputs.
        instruction: what stands at the head of each prompt.
        words: the words of each label.
        columns: names of the text columns.
        max_length: tokens that are read of a text at most, or None.
        shown: answered questions that come before each question, or None.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
        shares: of each label among rows that were seen; above nought, and they sum to one.
    """

    def predict(self, rows: Rows) -> Predictions:
        """Predictions in the order of the rows; a target column, if any, is not read.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: two labels are the same tokens, or what may not be cut of a row is too long.
        """
        tokens = self.prompts(rows).tokens
        found = np.tile(np.asarray(self.shares, dtype=np.float64), (len(tokens), 1))
        named = {place: label for place, label in enumerate(self.read(tokens)) if label is not None}
        found[[*named]] *= 1.0 - WEIGHT
        found[[*named], [*named.values()]] += WEIGHT
        return self.task.decode(np.log(found), one_a_row(tokens))

    def named(self, answer: str) -> int | None:
        """The place of the one label that an answer names."""
        return read_label(answer, self.words)

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BaseError: the network's folder is broken.
            BundleError: the demonstrations are broken.
        """
        return cls(
            task=task, shares=tuple(config["shares"]), **fields_of(folder, config, LabelDemonstrations)
        )
