"""Fits on half and on a quarter of the training rows, to tell what more rows are expected to bring."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headstart import registry
from headstart.core.learning_curve import CurvePoint
from headstart.evaluation.growth import measure_growth
from headstart.evaluation.growth_curve import growth_curve
from headstart.evaluation.growth_note import growth_note, unmeasured_note
from headstart.flow.adapting.handover import read_predictions, write_rows
from headstart.flow.adapting.is_whole import is_whole
from headstart.flow.adapting.share_fits import fit_share
from headstart.flow.adapting.shares import shares_of
from headstart.wording import WINNER, candidate_label, count, members_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.evaluation import Growth
    from headstart.core.learning_curve import LearningCurve
    from headstart.core.predictions import Predictions
    from headstart.core.trial import Trial
    from headstart.flow.adapting.prove import Proof
    from headstart.flow.adapting.session import Session

# Standard errors from a score to either end of its 95 % interval.
FACTOR = 1.96


def grow(session: Session, proof: Proof) -> Proof:
    """The proof, its verdict with what more training rows are expected to bring.

    The winner and the baseline that was best on dev are fitted again on half of the training rows and, as
    time allows, on a quarter of them, in what time the shipping leaves. Each chooses its own settings on
    the same dev rows, as its trial did. Of a combination it is the member of the greatest share.
    """
    verdict, winner, baseline = proof.verdict, proof.winner, proof.baseline
    if baseline is None:
        return proof
    if winner is None:
        note = unmeasured_note("there is no adaptation to fit on fewer of them")
        return replace(proof, verdict=replace(verdict, notes=(*verdict.notes, note)))
    seen = _seen(session, proof, winner=winner, baseline=baseline)
    if seen.growth is None:
        note = unmeasured_note(seen.missing)
    else:
        note = growth_note(
            seen.growth,
            metric=registry.name_of(session.metric),
            winner=_called(proof, winner),
            baseline=baseline.candidate.name,
            margin=verdict.margin,
            unit=session.metric.unit,
        )
    verdict = replace(verdict, growth=seen.growth, notes=(*verdict.notes, note))
    return replace(proof, verdict=verdict, shares=seen.fits)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """The growth, or why it was not measured as a clause in plain words, and the fits it took."""

    growth: Growth | None = None
    missing: str = ""
    fits: tuple[Trial, ...] = ()


def _seen(session: Session, proof: Proof, *, winner: Trial, baseline: Trial) -> _Seen:
    trials = (baseline, proof.member or winner)
    if proof.member is None and members_of(winner.candidate):
        return _Seen(missing=f"{candidate_label(winner.candidate)} is made of fits and not fitted again")
    if short := [each for each in trials if not is_whole(session, each)]:
        return _Seen(missing=f"the fit of {short[0].candidate.name} was cut short by the deadline as it is")
    train = session.dataset.split.train
    shares = shares_of(train, session.dataset.split.task, seed=session.seed)
    if not shares:
        return _Seen(
            missing=f"the {count(len(train), 'training row')} can't be halved without losing a class or "
            "parting rows that belong together"
        )
    fits: dict[int, tuple[Trial, ...]] = {len(train): trials}
    made: list[Trial] = []
    missing = ""
    for role, rows in shares.items():
        write_rows(rows, session.folder.work / f"{role}.parquet")
        lighter, missing = fit_share(session, trials, role, ships=proof.shipped)
        made += [each for each in lighter if each.role == role]
        if missing:
            break
        fits[len(rows)] = lighter
    if len(fits) == 1:
        return _Seen(missing=missing, fits=tuple(made))
    growth = _measured(session, proof, dict(sorted(fits.items())))
    if not all(math.isfinite(each.high - each.low) for each in (growth.gain, growth.lead)):
        few = f"{count(growth.dev_rows, 'dev row')} are too few or too alike for an interval"
        return _Seen(missing=few, fits=tuple(made))
    return _Seen(growth=growth, fits=tuple(made))


def _called(proof: Proof, winner: Trial) -> str:
    if proof.member is None:
        return winner.candidate.label
    return f"{proof.member.candidate.label}, the largest part of the winner,"


def _measured(session: Session, proof: Proof, fits: Mapping[int, Sequence[Trial]]) -> Growth:
    split = session.dataset.split
    told = {rows: [_on_dev(session, each) for each in trials] for rows, trials in fits.items()}
    half_rows, rows = [*told][-2:]
    (half_baseline, half_winner), (baseline, winner) = told[half_rows], told[rows]
    growth = measure_growth(
        metric=session.metric,
        gold=split.task.gold(split.dev),
        winner=(half_winner, winner),
        baseline=(half_baseline, baseline),
        groups=split.dev.groups,
        train_rows=(half_rows, rows),
        seed=session.seed,
    )
    names = (fits[rows][0].candidate.name, WINNER)
    curves = [
        _curve(session, proof, name, {size: each[place] for size, each in told.items()})
        for place, name in enumerate(names)
    ]
    return replace(growth, curves=tuple(each for each in reversed(curves) if each is not None))


def _curve(
    session: Session, proof: Proof, model: str, fits: Mapping[int, Predictions]
) -> LearningCurve | None:
    split = session.dataset.split
    member = proof.member if model == WINNER else None
    # A mean of several fits is better than the single ones that the curve is of.
    mixed = member is not None or any(members_of(each.candidate) for each in proof.refits)
    single = model == WINNER and mixed
    curve = growth_curve(
        model=model,
        metric=session.metric,
        gold=split.task.gold(split.dev),
        groups=split.dev.groups,
        fits=fits,
        tested=None if single else _tested(session, proof, model),
        seed=session.seed,
    )
    of = member.candidate.label if member else ""
    return None if curve is None else replace(curve, single=single, of=of)


def _tested(session: Session, proof: Proof, model: str) -> CurvePoint | None:
    """The score on the sealed rows, which nothing was chosen on, of the fit that was tested."""
    score, split = proof.evaluation.scores.get(model), session.dataset.split
    if score is None or not math.isfinite(score.high - score.low):
        return None
    refitted = bool(proof.refits) and all(each.status == "done" for each in proof.refits)
    # An end may have been cut off where the metric ends; the other one has the whole width. Where all rows
    # are right it has none, and no score is surer than to one row.
    one_row = 100.0 * session.metric.unit / len(session.dataset.test)
    error = max((score.value - score.low) / FACTOR, (score.high - score.value) / FACTOR, one_row)
    rows = len(split.train) + (len(split.dev) if refitted else 0)
    return CurvePoint(rows=rows, score=score.value, error=error, measured_on="test")


def _on_dev(session: Session, trial: Trial) -> Predictions:
    classes = session.dataset.split.task.classes
    return read_predictions(session.folder.trials / trial.key / "dev.npz", classes)
