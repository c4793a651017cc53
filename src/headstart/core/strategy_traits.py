"""What a strategy may say of itself beside what every one must."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

from headstart import registry


@dataclass(frozen=True, kw_only=True)
class StrategyTraits:
    """Class attributes of a strategy; one that it does not have is as here.

    Args:
        answers: the kinds of answer that it can learn to give (`core.task.ANSWERS`).
        base_kinds: the kinds of base (`core.base.BaseInfo.kind`) that it can do anything with, empty for all;
            on others it is out of question unless it was named.
        reads: what it learns from beside the texts of `train` and `dev`: `also`, `unlabelled` or `columns`.
        baseline: whether it is measured as a baseline wherever what it reads is there, and raced nowhere.
        on_request: whether it is tried where it was named alone.
        as_it_is: whether its model comes ready, decision and all, so that it is measured as it is and never
            fitted, nor raced.
        stands_for: the kinds of base (`core.base.BaseInfo.kind`) whose own answers its model gives, so that
            as a baseline it stands for the untouched base.
        ships_base: whether what it makes of a base holds the whole network of it.
        averages: whether the mean of the weights of several of its fits is a model of the task.
        halvings: how often its epochs may be halved where time is short, as far as that was measured to pay.
        live: names of the hyper-parameters that may change when it goes on from the state of a checkpoint.
    """

    answers: tuple[str, ...] = ("class",)
    base_kinds: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    baseline: bool = False
    on_request: bool = False
    as_it_is: bool = False
    stands_for: tuple[str, ...] = ()
    ships_base: bool = True
    averages: bool = False
    halvings: int = 1
    live: frozenset[str] = frozenset()

    @classmethod
    def of(cls, strategy: object) -> Self:
        """The traits of a strategy, or of its class."""
        told: dict[str, Any] = {each.name: getattr(strategy, each.name, each.default) for each in fields(cls)}
        return cls(**told)

    @classmethod
    def named(cls, name: str) -> Self:
        """The traits of the strategy of a name.

        Raises:
            UnknownName: there is none.
        """
        return cls.of(registry.load("strategies", name))
