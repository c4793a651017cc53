"""Models fitted once more on a share of the training rows, within the time that shipping leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.core.plan import Cost
from headstart.evaluation.jackknife import reading_s
from headstart.flow.adapting.as_it_is import as_it_is
from headstart.flow.adapting.closing import largest_bytes
from headstart.flow.adapting.is_whole import is_whole
from headstart.flow.adapting.obstacle import GRACE_S
from headstart.flow.adapting.shares import SHARES
from headstart.wording import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.plan import Candidate
    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session

SLACK = 1.25
# Predictions of dev rows that are held against each other: four for the last doubling, three a curve.
CURVES = 10


def fit_share(
    session: Session, trials: Sequence[Trial], role: str, *, ships: Trial
) -> tuple[tuple[Trial, ...], str]:
    """Fits what was fitted on all train rows on a share of them, which lies in the work folder.

    Args:
        session: the run at work.
        trials: fits on all train rows.
        role: which share.
        ships: the fit whose model is still to be packed.

    Returns:
        a fit for each trial, or those made until one failed; and why there is not one for each, as a
        clause in plain words, or nothing. What is measured as it is stands for its own share.
    """
    lighter = [None if as_it_is(each.candidate.steps[-1].use) else _lighter(each, role) for each in trials]
    reserve_s = _reserve_s(session, (*trials, ships))
    if missing := _no_time(session, [each for each in lighter if each is not None], role, reserve_s):
        return (), missing
    made: list[Trial] = []
    for trial, candidate in zip(trials, lighter, strict=True):
        if candidate is None:
            made.append(trial)
            continue
        made.append(session.fit(candidate, reserve_s=reserve_s, role=role))
        if missing := _failure(session, made[-1]):
            return tuple(made), missing
    return tuple(made), ""


def _reserve_s(session: Session, trials: Sequence[Trial]) -> float:
    """Seconds to draw the curves, to pack the bundle and to write the report; its check is over by now."""
    drawing_s = reading_s(len(session.dataset.split.dev), models=CURVES)
    return session.reserve.pack_s(largest_bytes(session, trials)) + drawing_s


def _lighter(trial: Trial, role: str) -> Candidate:
    """What was fitted, with what a share of the rows should cost."""
    candidate = trial.candidate
    seconds = trial.cost.seconds if trial.cost else candidate.cost.seconds
    return replace(candidate, cost=Cost(seconds=SHARES[role] * seconds, peak_bytes=candidate.cost.peak_bytes))


def _no_time(session: Session, candidates: list[Candidate], role: str, reserve_s: float) -> str:
    """Why the fits can't be made in what is left, or nothing; those already made take none."""
    open_s = [each.cost.seconds for each in candidates if session.known(each, role=role) is None]
    needed_s = sum(max(GRACE_S, SLACK * seconds) for seconds in open_s)
    left_s = session.clock.left_s - reserve_s
    if not open_s or needed_s <= left_s:
        return ""
    left = f"{duration(left_s)} were left" if left_s > 0 else "no time was left"
    return f"it takes about {duration(needed_s)}, and {left} for it; give more time with --within"


def _failure(session: Session, share: Trial) -> str:
    name, rows = share.candidate.name, f"{'half' if share.role == 'half' else 'a quarter'} of the rows"
    if share.status == "done" and is_whole(session, share):
        return ""
    if share.status == "failed":
        return f"{name} could not be fitted on {rows} ({share.message.rstrip('.')})"
    return f"{name} on {rows} ran out of time; give more of it with --within"
