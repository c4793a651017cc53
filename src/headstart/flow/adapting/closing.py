"""Seconds that the end of a run needs, so that the race leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.session import Session

# Computers are not always as quick as they were.
SLACK = 1.15


def refits_s(session: Session, entrants: Iterable[Entrant]) -> float:
    """Seconds to fit these on train and dev rows, which are more than their trials read."""
    split = session.dataset.split
    growth = 1 + len(split.dev) / max(1, len(split.train))
    return growth * sum(each.seconds for each in entrants)


def closing_s(session: Session, entrants: Iterable[Entrant]) -> float:
    """Seconds to test these on the sealed rows, check one of them, and ship it."""
    return session.reserve.end_s([each.seconds for each in entrants])


def kept_s(
    session: Session,
    *,
    baselines: Sequence[Entrant],
    fitted: Sequence[Entrant],
    leader: Entrant | None,
    entrant: Entrant | None,
) -> float:
    """Seconds that have to be left when a fit of a race ends.

    Args:
        session: the run at work.
        baselines: those that have been measured.
        fitted: adaptations with a trial, in the order they ran; the first stands for the untouched base.
        leader: the one of them that is ahead; None without any.
        entrant: whose fit it is; None for one that does not count.
    """
    measured = [each for each in baselines if each.done]
    last = [*measured, *([entrant] if entrant else ())]
    if leader is None:
        # A verdict needs one adaptation more than refits and the second check in a new process.
        return closing_s(session, last) - session.reserve.check_s
    heavier = max((leader, *([entrant] if entrant else ())), key=lambda each: each.seconds)
    refitted = [*measured, heavier, *(each for each in fitted[:1] if each is not heavier)]
    return closing_s(session, [*last, leader]) + SLACK * refits_s(session, refitted)
