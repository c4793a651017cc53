"""What happens in a run, as those who watch it are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headstart.core.trial import MEMBER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.plan import Candidate
    from headstart.core.trial import Trial


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something that a person should know."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What is going to be tried.

    Args:
        candidates: adaptations; more may turn up later.
        baselines: what they must beat.
        metric: name of what decides.
        greater_is_better: whether more of it is better.
        rungs: rungs of the race, where it has any.
    """

    candidates: tuple[Candidate, ...]
    baselines: tuple[Candidate, ...] = ()
    metric: str = ""
    greater_is_better: bool = True
    rungs: int | None = None


@dataclass(frozen=True, kw_only=True)
class Started:
    """A fit, or another step of the run, has begun.

    Args:
        title: what a person reads.
        predicted_s: seconds that it should take, 0 where nobody knows.
        candidate: what is fitted, None for other steps.
        role: on which rows, see `Trial`.
        rung: number of the rung, from 1; of the step, for a member of a population.
        fold: number of the fold, from 1.
        rungs: rungs of the race, where it is known by now.
    """

    title: str
    predicted_s: float = 0.0
    candidate: Candidate | None = None
    role: str = ""
    rung: int | None = None
    fold: int | None = None
    rungs: int | None = None


@dataclass(frozen=True, kw_only=True)
class Progressed:
    """What was started has come so far, from 0 to 1."""

    fraction: float
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A step that is no fit is over.

    Args:
        title: as when it started.
        seconds: what it took.
        predicted_s: what it should have taken, 0 where nobody knew.
        in_time: whether it came to its end before time was up.
    """

    title: str
    seconds: float
    predicted_s: float = 0.0
    in_time: bool = True


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A fit is over, or was not begun for want of time.

    Args:
        trial: the fit as it went.
        rung: number of the rung, from 1.
        fold: number of the fold, from 1.
        curve: by name, epochs and the figure of each.
        earlier: whether an earlier process of this run made it.
    """

    trial: Trial
    rung: int | None = None
    fold: int | None = None
    curve: Mapping[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    earlier: bool = False


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A candidate is out of the race."""

    candidate: Candidate
    why: str


@dataclass(frozen=True, kw_only=True)
class Leading:
    """A candidate is ahead, with its score on dev."""

    candidate: Candidate
    score: float


@dataclass(frozen=True, kw_only=True)
class Concluded:
    """The run is done.

    Args:
        values: the object that `result.json` holds.
    """

    values: Mapping[str, Any]


Event = Note | Planned | Started | Progressed | Finished | Ended | Dropped | Leading | Concluded


def title(role: str, name: str, *, rung: int | None = None, fold: int | None = None) -> str:
    """`trial: probe`, `trial: probe, rung 2, fold 1`."""
    places = {"step" if role == MEMBER else "rung": rung, "fold": fold}
    return ", ".join([f"{role}: {name}", *(f"{word} {at}" for word, at in places.items() if at is not None)])
