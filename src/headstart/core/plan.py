"""What is going to be tried, what it should cost, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.base import BaseInfo
    from headstart.core.feature import Feature
    from headstart.core.machine import Machine
    from headstart.core.profile import Profile
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Seconds and peak memory of a fit, predicted or measured."""

    seconds: float
    peak_bytes: float


@dataclass(frozen=True, kw_only=True)
class AuxiliarySize:
    """The size of an auxiliary task.

    Args:
        rows: rows to learn from.
        length: mean length of its texts over that of the training rows.
    """

    rows: int
    length: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What blockers and costs are asked about.

    Args:
        profile: the data.
        task: what is to be predicted.
        base: the base in question, or None for a strategy without one.
        machine: the computer.
        train_rows: rows to fit on.
        predict_rows: rows to predict after fitting.
        also: auxiliary tasks that may be learnt from.
        features: columns beside the text.
    """

    profile: Profile
    task: Task
    base: BaseInfo | None
    machine: Machine
    train_rows: int
    predict_rows: int
    also: tuple[AuxiliarySize, ...] = ()
    features: tuple[Feature, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """A plug-in by name with its parameters."""

    use: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A base with the strategies that adapt it, one after the other.

    Args:
        base: name of the base, or None when no step reads one.
        steps: strategies in order.
        cost: predicted cost of one fit.
        modelled: that cost before earlier fits on this computer corrected it, where they did.
        variant: number among candidates of the same strategies and base, 0 being the planned one.
        quality: range of the metric that it is expected to reach in four cases of five, or None where
            nothing is known of it.
        why: reasons for trying it, or for leaving it out when `blocked`.
        blocked: whether it can't be run; `why` says the reasons.
    """

    base: str | None
    steps: tuple[Step, ...]
    cost: Cost
    why: str = ""
    blocked: bool = False
    modelled: Cost | None = None
    variant: int = 0
    quality: tuple[float, float] | None = None

    @property
    def label(self) -> str:
        """Its name, numbered where others have the same."""
        return f"{self.name} {self.variant + 1}" if self.variant else self.name

    @property
    def name(self) -> str:
        """Its strategies, joined by a plus sign."""
        return "+".join(step.use for step in self.steps)

    def to_dict(self) -> dict[str, Any]:
        """The candidate as plain values."""
        return {"name": self.name, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Candidates in the order in which they are tried.

    Args:
        baselines: what the winner must beat.
        candidates: adaptations, cheapest first.
        machine: the computer the costs were predicted for.
        why: the choices made, in plain words.
        named: whether the user named the adaptations, so that nothing else may take part in what ships.
    """

    baselines: tuple[Candidate, ...]
    candidates: tuple[Candidate, ...]
    machine: Machine
    why: tuple[str, ...] = ()
    named: bool = False
