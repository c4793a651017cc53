"""One way to adapt a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from headstart.core.curve import Curve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Cost, Situation
    from headstart.core.split import Split


@dataclass(frozen=True, kw_only=True, eq=False)
class Checkpoint:
    """What an adaptation yields as it goes; the last one is its result.

    Args:
        model: the model so far.
        fraction: share of the planned work that is done, from 0 to 1.
        dev_score: the context's metric on dev, or None where it was not measured.
        state: what the strategy needs to go on from here, as plain values and arrays.
        chosen: settings that were found while fitting, by name; a refit may pass them as params.
        curve: how the training went so far; empty where nothing is trained in passes.
    """

    model: Model
    fraction: float
    dev_score: float | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    chosen: Mapping[str, Any] = field(default_factory=dict)
    curve: Curve = field(default_factory=Curve)


class Strategy(Protocol):
    """A frozen dataclass whose fields are its hyper-parameters.

    Attributes:
        needs_base: whether it reads a pre-trained model.
        summary: one line for people.

    What else one may say of itself, and how it is without: `core.strategy_traits`.
    """

    needs_base: ClassVar[bool]
    summary: ClassVar[str]

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        """Why it can't be run here, in plain words; empty when it can."""
        ...

    def cost(self, situation: Situation) -> Cost:
        """Predicted seconds and peak bytes of one fit and the predictions after it."""
        ...

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        """Fits on `split.train`, chooses on `split.dev`; at least one checkpoint, the last is full."""
        ...
