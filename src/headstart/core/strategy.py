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


def answers_of(strategy: object) -> tuple[str, ...]:
    """The kinds of answer that a strategy can learn to give; one class a row where it does not say."""
    return tuple(getattr(strategy, "answers", ("class",)))


class Strategy(Protocol):
    """A frozen dataclass whose fields are its hyper-parameters.

    Attributes:
        needs_base: whether it reads a pre-trained model.
        summary: one line for people.

    What else a strategy may say of itself, as `reads`: what it learns from beside the texts of `train` and
    `dev`: `also`, `unlabelled` or `columns`; nothing without it. As `baseline`: whether it is measured as a
    baseline wherever what it reads is there, and raced nowhere; false without it. As `live`: names of the
    hyper-parameters that may change when it goes on from the state of a checkpoint. As `ships_base`:
    whether what it makes holds the whole network of its base; true without it. And as `as_it_is`: whether
    its model comes ready, decision and all, so that it is measured as it is and never fitted, nor raced;
    false without it. As `averages`: whether the mean of the weights of several of its fits is a model of the
    task; false without it. As `on_request`: whether it is tried where it was named alone; false without it.
    As `answers`: the kinds of answer that it can learn to give (`core.task.ANSWERS`); one class a row
    without it. As `stands_for`: the kinds of base (`core.base.BaseInfo.kind`) whose own answers its model
    gives, so that as a baseline it stands for the untouched base; none without it.
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
