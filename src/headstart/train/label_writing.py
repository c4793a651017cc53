"""What predictors have in common that read labels out of what a network writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.models.generate import generate
from headstart.train.label_choosing import LabelChoosing, figures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headstart.core.prompt_figures import PromptFigures
    from headstart.core.rows import Rows

# What an answer weighs beside the labels' shares: with a half, what was written always leads.
WEIGHT = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelWriting(LabelChoosing, ABC):
    """A network that answers in its own words, token by token.

    Args:
        shares: of each label among rows that were seen, above nought.
    """

    # Room for a few words around labels, as in `The label is hardware.`
    beside: ClassVar[int] = 16

    shares: tuple[float, ...]

    @abstractmethod
    def named(self, answer: str) -> Any | None:
        """What an answer names; None where it can't be read."""

    def answers(self, rows: Rows) -> list[str]:
        """What the network writes for each row."""
        return self._written(self.prompts(rows).tokens)

    def prompt_figures(self, rows: Rows) -> PromptFigures:
        """What the prompts of these rows come to, and how many of their answers can't be read."""
        prompts = self.prompts(rows)
        known = [self._last.get(tuple(each), "") for each in prompts.tokens]
        # What was predicted just before need not be written again.
        read = known if "" not in known else self.read(prompts.tokens)
        return replace(figures_of(prompts), unread=sum(each is None for each in read))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `network/`, which opens with `transformers` and knows when to stop, and demonstrations."""
        settings: Any = self.backbone.network
        settings.generation_config.eos_token_id = list(self.prompt.stops)
        return {**self.saved(folder), "shares": list(self.shares)}

    def read(self, tokens: Sequence[Sequence[int]]) -> list[Any]:
        """What the answer to each prompt names; kept until the next ones are asked for."""
        found = [self.named(each) for each in self._written(tokens)]
        self._last.clear()
        self._last.update(zip(map(tuple, tokens), found, strict=True))
        return found

    def _written(self, tokens: Sequence[Sequence[int]]) -> list[str]:
        found = generate(self.computing, tokens, stops=self.prompt.stops, most=self.prompt.longest)
        return [self.prompt.said(each) for each in found]

    @cached_property
    def _last(self) -> dict[tuple[int, ...], Any]:
        """What the answer to each of the last prompts named."""
        return {}
