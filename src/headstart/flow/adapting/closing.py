"""Seconds that the end of a run needs, so that the race leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
