"""What proposes hyper-parameters, from nothing but what has been tried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.knob import Knob


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One setting as far as it went.

    A setting that a scheduler let go further stands above one that it stopped earlier, whatever their
    scores; of equal fidelity the scores decide.

    Args:
        params: hyper-parameters by name; what is left out is at its default.
        score: dev score, greater being better; None while it runs, not a number when it failed.
        fidelity: share of the full cost after which the score was measured, above 0 and at most 1.
        parent: place in the history of the trial whose weights it went on from, or None.
    """

    params: Mapping[str, Any]
    score: float | None = None
    fidelity: float = 1.0
    parent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A setting to try next.

    Args:
        params: hyper-parameters by name; what is left out stays at its default.
        parent: place in the history of the trial whose last checkpoint it goes on from, or None.
        fidelity: share of the full cost after which it wants to be measured, that of its ancestors
            counted in.
    """

    params: Mapping[str, Any]
    parent: int | None = None
    fidelity: float = 1.0


class Wait(Enum):
    """The answer of a search that can't go on before a running trial has ended."""

    WAIT = "wait"


WAIT: Final = Wait.WAIT


class Search(Protocol):
    """A frozen dataclass whose fields are its own settings; all that it knows comes with the question.

    Attributes:
        summary: one line for people.

    What else a search may say of itself, as `continues`: whether its trials go on from checkpoints of
    others, so that whoever runs them has to hand these over; false without it. Such a search has the
    fields `members` and `steps`, trainings side by side and the parts that each is cut into, and `first`,
    the settings of one of them at its start, so that it can be made to fit the time that there is.
    """

    summary: ClassVar[str]

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        """What to try next; the same arguments always give the same answer.

        Whoever asks appends what it starts to the history at once, without a score, and replaces the
        entry as the trial goes on. So a search can be resumed from the history alone.

        Args:
            space: the knobs to search, each with a range or choices.
            history: all trials in the order in which they were started.
            seed: owns all randomness.

        Returns:
            a proposal, WAIT when it depends on a trial that still runs, or None when nothing is left.

        Raises:
            SettingError: a knob has neither a range nor choices.
            MissingExtra: a package that this search needs is not installed.
        """
        ...
