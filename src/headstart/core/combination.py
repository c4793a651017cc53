"""Several finished trials as one model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.caps import Caps
    from headstart.core.evaluation import Footprint
    from headstart.core.metric import Metric
    from headstart.core.model import Model
    from headstart.core.plan import Step
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """Rows that no member was fitted on, and what counts on them.

    Args:
        task: what is predicted.
        metric: what is to be made better.
        folds: the rows in the order of all predictions, in one part for each fit of a member: a single
            part for dev rows, one for each fold of a cross-validation.
    """

    task: Task
    metric: Metric
    folds: tuple[Rows, ...]

    def __len__(self) -> int:
        return sum(map(len, self.folds))

    @cached_property
    def gold(self) -> Int[ndarray, " rows"]:
        """The true answer of each row."""
        return np.concatenate([np.asarray(self.task.gold(each)) for each in self.folds])

    @cached_property
    def groups(self) -> Int[ndarray, " rows"]:
        """The cluster of each row."""
        return np.concatenate([each.groups for each in self.folds])


@dataclass(frozen=True, kw_only=True, eq=False)
class Member:
    """A finished trial that may become part of a combination.

    Args:
        name: what people call it.
        predictions: its calibrated predictions on the held-out rows, in their order.
        footprint: what it costs to keep and to run.
        opened: gives the model that did not see a fold, by the fold's place.
    """

    name: str
    predictions: Predictions
    footprint: Footprint
    opened: Callable[[int], Model]


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """Which members to combine, and what that is worth.

    Whatever is chosen by some rows looks better on them than it is. So all that is told here of the
    held-out rows is told of each row by a choice that was made without it.

    Args:
        weights: share of each member, nought for those that are left out; they add up to one.
        predictions: of the combination.
        score: their metric.
        best: place of the member that is best alone.
        alone_predictions: of the best member alone.
        alone: their metric.
    """

    weights: tuple[float, ...]
    predictions: Predictions
    score: float
    best: int
    alone_predictions: Predictions
    alone: float


def answers_of(combination: object) -> tuple[str, ...]:
    """The kinds of answer that members of a combination may give."""
    return tuple(getattr(combination, "answers", ("class",)))


def predictors_of(combination: object) -> tuple[str, ...]:
    """The kinds of predictor that members of a combination must have; any will do where there are none."""
    return tuple(getattr(combination, "predictors", ()))


class Combination(Protocol):
    """A frozen dataclass whose fields are its hyper-parameters.

    Attributes:
        summary: one line for people.

    As `averages` a combination may say that what it makes is one model, of the size and speed of a member;
    false without it. As `answers`: the kinds of answer (`core.task.ANSWERS`) that its members may give; one
    class a row without it. As `predictors`: the kinds of predictor that they must have; any without it.
    """

    summary: ClassVar[str]

    def blockers(self, models: Sequence[Model]) -> tuple[str, ...]:
        """Why these models can't become one, in plain words; empty when they can."""
        ...

    def footprint(self, members: Sequence[Footprint]) -> Footprint:
        """What a combination of members with these footprints costs to keep and to run."""
        ...

    def choose(
        self, members: Sequence[Member], held_out: HeldOut, *, caps: Caps, seed: int
    ) -> Mixture | None:
        """The members to combine, with their shares; None when that gains nothing over the best alone.

        Whether the gain is more than noise, and worth the cost, is for the race to say.

        Args:
            members: finished trials, the cheapest first: of equals the first is preferred. Those that
                can't be combined with others are left out.
            held_out: what they are judged by.
            caps: what neither the combination nor the best alone may exceed.
            seed: owns all randomness.
        """
        ...

    def build(self, models: Iterable[Model], weights: Sequence[float]) -> Model:
        """The combination as one model; its members are left as they are.

        Args:
            models: the members; read one by one, so that they may be opened as they are needed.
            weights: the share of each of them, above nought.

        Raises:
            ValueError: there are no models, not as many weights as models, or one is nought or less.
            SettingError: the models can't become one; the message says why.
        """
        ...


def as_member(base: str | None, steps: Iterable[Step], weight: float) -> dict[str, Any]:
    """A member as plain values, as the step of a combination names it under `members`.

    Args:
        base: name of its base, or None.
        steps: its strategies in order.
        weight: its share.
    """
    return {"base": base, "steps": [asdict(step) for step in steps], "weight": float(weight)}
