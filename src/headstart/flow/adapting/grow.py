"""Two fits on half of the training rows, to tell what more rows are expected to bring."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headstart import registry
from headstart.core.plan import Cost
from headstart.evaluation.growth import measure_growth
from headstart.evaluation.growth_note import growth_note, unmeasured_note
from headstart.flow.adapting.half import half_of
from headstart.flow.adapting.handover import read_predictions, write_rows
from headstart.flow.adapting.session import GRACE_S
from headstart.wording import count, duration

if TYPE_CHECKING:
    from headstart.core.evaluation import Growth
    from headstart.core.plan import Candidate
    from headstart.core.predictions import Predictions
    from headstart.core.trial import Trial
    from headstart.flow.adapting.prove import Proof
    from headstart.flow.adapting.session import Session

# Half the rows take half the time, apart from what a fit does once.
SHARE, SLACK = 0.6, 1.25
# A fraction that was added up.
NEARLY_ONE = 1 - 1e-6


def grow(session: Session, proof: Proof) -> Proof:
    """The proof, its verdict with what more training rows are expected to bring where it is inconclusive.

    The winner and the baseline that was best on dev are fitted again on half of the training rows, in
    what time the shipping leaves. Each chooses its own settings on the same dev rows, as its trial did.
    """
    verdict, winner, baseline = proof.verdict, proof.winner, proof.baseline
    if verdict.outcome != "inconclusive" or winner is None or baseline is None:
        return proof
    seen = _seen(session, winner=winner, baseline=baseline)
    if seen.growth is None:
        note = unmeasured_note(seen.missing)
    else:
        note = growth_note(
            seen.growth,
            metric=registry.name_of(session.metric),
            winner=winner.candidate.name,
            baseline=baseline.candidate.name,
            margin=verdict.margin,
        )
    verdict = replace(verdict, growth=seen.growth, notes=(*verdict.notes, note))
    return replace(proof, verdict=verdict, halves=seen.halves)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """The growth, or why it was not measured as a clause in plain words, and the fits it took."""

    growth: Growth | None = None
    missing: str = ""
    halves: tuple[Trial, ...] = ()


def _seen(session: Session, *, winner: Trial, baseline: Trial) -> _Seen:
    trials = (baseline, winner)
    if short := [trial for trial in trials if not _whole(session, trial)]:
        return _Seen(missing=f"the fit of {short[0].candidate.name} was cut short by the deadline as it is")
    candidates = [_halved(trial) for trial in trials]
    if missing := _no_time(session, candidates):
        return _Seen(missing=missing)
    train = session.dataset.split.train
    half = half_of(train, session.dataset.split.task, seed=session.seed)
    if half is None:
        return _Seen(
            missing=f"the {count(len(train), 'training row')} can't be halved without losing a class or "
            "parting rows that belong together"
        )
    write_rows(half, session.folder.work / "half.parquet")
    halves: list[Trial] = []
    for candidate in candidates:
        halves.append(session.fit(candidate, reserve_s=_reserve_s(session), role="half"))
        if missing := _failure(session, halves[-1]):
            return _Seen(missing=missing, halves=tuple(halves))
    growth = _measured(session, halves=halves, trials=trials, half_rows=len(half))
    if not all(math.isfinite(each.high - each.low) for each in (growth.gain, growth.lead)):
        missing = f"{count(growth.dev_rows, 'dev row')} are too few or too alike for an interval"
        return _Seen(missing=missing, halves=tuple(halves))
    return _Seen(growth=growth, halves=tuple(halves))


def _reserve_s(session: Session) -> float:
    """Seconds to pack the bundle and to write the report; the check of the bundle is over by now."""
    return session.reserve.ship_s - session.reserve.check_s


def _halved(trial: Trial) -> Candidate:
    """What was fitted, with what half of the rows should cost."""
    candidate = trial.candidate
    seconds = trial.cost.seconds if trial.cost else candidate.cost.seconds
    return replace(candidate, cost=Cost(seconds=SHARE * seconds, peak_bytes=candidate.cost.peak_bytes))


def _no_time(session: Session, candidates: list[Candidate]) -> str:
    """Why the fits can't be made in what is left, or nothing; those already made take none."""
    open_s = [each.cost.seconds for each in candidates if session.known(each, role="half") is None]
    needed_s = sum(max(GRACE_S, SLACK * seconds) for seconds in open_s)
    left_s = session.clock.left_s - _reserve_s(session)
    if not open_s or needed_s <= left_s:
        return ""
    left = f"{duration(left_s)} were left" if left_s > 0 else "no time was left"
    return f"it takes about {duration(needed_s)}, and {left} for it; give more time with --within"


def _failure(session: Session, half: Trial) -> str:
    name = half.candidate.name
    if half.status == "done" and _whole(session, half):
        return ""
    if half.status == "failed":
        return f"{name} could not be fitted on half of the rows ({half.message.rstrip('.')})"
    return f"{name} on half of the rows ran out of time; give more of it with --within"


def _whole(session: Session, trial: Trial) -> bool:
    """Whether a fit got to the end of its training; stopping early for want of progress is an end."""
    return float(session.outcome(trial).get("fraction", 0.0)) >= NEARLY_ONE


def _measured(
    session: Session, *, halves: list[Trial], trials: tuple[Trial, Trial], half_rows: int
) -> Growth:
    split = session.dataset.split
    baseline, winner = (
        (_on_dev(session, half), _on_dev(session, whole)) for half, whole in zip(halves, trials, strict=True)
    )
    return measure_growth(
        metric=session.metric,
        gold=split.task.gold(split.dev),
        winner=winner,
        baseline=baseline,
        groups=split.dev.groups,
        train_rows=(half_rows, len(split.train)),
        seed=session.seed,
    )


def _on_dev(session: Session, trial: Trial) -> Predictions:
    classes = getattr(session.dataset.split.task, "classes", ())
    return read_predictions(session.folder.trials / trial.key / "dev.npz", classes)
