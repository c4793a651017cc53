"""Tasks that a backbone learns beside its own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from headstart.train.groups import Group
from headstart.train.probe_head import probe_head

if TYPE_CHECKING:
    from torch import nn

    from headstart.core.context import Context, Progress
    from headstart.core.examples import Examples
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone
    from headstart.train.fine_tuning import FineTuning


@dataclass(frozen=True, kw_only=True, eq=False)
class Auxiliary:
    """A task that shares the backbone while it learns, through a head that is thrown away.

    Args:
        name: names its head in messages.
        split: its task, and those of its rows that are going to be read.
        examples: these rows as examples.
        head: its head.
        share: how much of the examples one pass takes.
    """

    name: str
    split: Split
    examples: Examples
    head: nn.Module
    share: float

    @classmethod
    def furnish(
        cls, strategy: FineTuning, *, split: Split, backbone: Backbone, context: Context, progress: Progress
    ) -> tuple[Self, ...]:
        """The auxiliary tasks that a strategy learns from, each with its own probe as its first head."""
        shares, epochs = strategy.also(split), strategy.pace(split.task, len(split.train)).epochs
        found = []
        for place, name in enumerate(shares if epochs else ()):
            some, share = _some(split.also[name], shares[name], epochs, context.seed)
            length = strategy.max_length or backbone.info.max_length
            examples = some.task.encode(some.train, backbone.tokenizer, length)
            report = _part(progress, place, len(shares))
            head = _head(strategy, some, examples, backbone, context, report)
            found.append(cls(name=name, split=some, examples=examples, head=head, share=share))
        return tuple(found)

    def group(self, rate: float) -> Group:
        """The weights of its head."""
        return Group(name=f"the head of {self.name}", parameters=tuple(self.head.parameters()), rate=rate)


def _head(
    strategy: FineTuning,
    split: Split,
    examples: Examples,
    backbone: Backbone,
    context: Context,
    progress: Progress,
) -> nn.Module:
    strengths = (strategy.head_strength,)
    head, _ = probe_head(
        backbone, examples, split=split, context=context, strengths=strengths, progress=progress
    )
    return head


def _part(progress: Progress, place: int, parts: int) -> Progress:
    def report(fraction: float, note: str = "") -> None:
        progress((place + fraction) / parts, note)

    return report


def _some(split: Split, share: float, epochs: int, seed: int) -> tuple[Split, float]:
    """No more rows than all passes take together, drawn at random, and the share of them for one pass."""
    rows = len(split.train)
    needed = math.ceil(share * epochs * rows)
    if needed >= rows:
        return split, share
    drawn = np.random.default_rng(seed).choice(rows, size=needed, replace=False)
    return replace(split, train=split.train.take(np.sort(drawn))), share * rows / needed
