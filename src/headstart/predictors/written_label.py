"""What a decoder-only network writes after a question, read as a label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from headstart.core.read_label import read_label
from headstart.models.generate import generate
from headstart.train.label_asking import LabelAsking, fields_of, figures_of, one_a_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headstart.core.predictions import Predictions
    from headstart.core.prompt_figures import PromptFigures
    from headstart.core.rows import Rows
    from headstart.core.task import Task

# What an answer weighs beside the labels' shares: with a half, the label that was written always leads.
WEIGHT = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class WrittenLabel(LabelAsking):
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

    # Room for a few words around a label, as in `The label is hardware.`
    beside: ClassVar[int] = 16

    shares: tuple[float, ...]

    def predict(self, rows: Rows) -> Predictions:
        """Predictions in the order of the rows; a target column, if any, is not read.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: two labels are the same tokens, or what may not be cut of a row is too long.
        """
        tokens = self.prompts(rows).tokens
        read = self._read(tokens)
        found = np.tile(np.asarray(self.shares, dtype=np.float64), (len(tokens), 1))
        named = {place: label for place, label in enumerate(read) if label is not None}
        found[[*named]] *= 1.0 - WEIGHT
        found[[*named], [*named.values()]] += WEIGHT
        return self.task.decode(np.log(found), one_a_row(tokens))

    def answers(self, rows: Rows) -> list[str]:
        """What the network writes for each row."""
        return self._written(self.prompts(rows).tokens)

    def prompt_figures(self, rows: Rows) -> PromptFigures:
        """What the prompts of these rows come to, and how many of their answers name no one label."""
        prompts = self.prompts(rows)
        known = [self._last.get(tuple(each), "") for each in prompts.tokens]
        # What was predicted just before need not be written again.
        read = known if "" not in known else self._read(prompts.tokens)
        return replace(figures_of(prompts), unread=sum(each is None for each in read))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `network/`, which opens with `transformers` and knows when to stop, and demonstrations."""
        settings: Any = self.backbone.network
        settings.generation_config.eos_token_id = list(self.prompt.stops)
        return {**self.saved(folder), "shares": list(self.shares)}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BaseError: the network's folder is broken.
            BundleError: the demonstrations are broken.
        """
        return cls(task=task, shares=tuple(config["shares"]), **fields_of(folder, config))

    def _read(self, tokens: Sequence[Sequence[int]]) -> list[int | None]:
        """The label that each answer names; kept until the next rows are asked for."""
        read = [read_label(each, self.words) for each in self._written(tokens)]
        self._last.clear()
        self._last.update(zip(map(tuple, tokens), read, strict=True))
        return read

    def _written(self, tokens: Sequence[Sequence[int]]) -> list[str]:
        found = generate(self.computing, tokens, stops=self.prompt.stops, most=self.prompt.longest)
        return [self.prompt.said(each) for each in found]

    @cached_property
    def _last(self) -> dict[tuple[int, ...], Any]:
        """The label that each prompt of the last rows was answered with."""
        return {}
