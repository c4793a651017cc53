"""One way to adapt a model."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from headstart.core.curve import Curve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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

    def changed(self, change: Callable[[Model], Model]) -> Checkpoint:
        """The same with another model, made of this one."""
        return replace(self, model=change(self.model))


@dataclass(frozen=True, kw_only=True, eq=False)
class LateCheckpoint(Checkpoint):
    """A checkpoint whose model costs something to make, and is made when it is first asked for.

    It is asked for before the next checkpoint is, or not at all: what it is made of goes on learning.

    Args:
        make: makes the model.
    """

    make: Callable[[], Model]
    model: Model = field(init=False, repr=False)

    def __getattr__(self, name: str) -> Any:
        if name != "model":
            raise AttributeError(name)
        object.__setattr__(self, name, self.make())
        return self.model

    def changed(self, change: Callable[[Model], Model]) -> Checkpoint:
        return replace(self, make=lambda: change(self.model))


def last_of(checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:
    """The result of an adaptation, which is let run to its end; None where it yields nothing."""
    found = deque(checkpoints, maxlen=1)
    return found[0] if found else None


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
