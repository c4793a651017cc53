"""Refits on all rows, then the sealed test rows, then the verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from headstart import registry
from headstart.core.evaluation import Footprint
from headstart.errors import RunError, WorkerError
from headstart.evaluation.diagnose import diagnose
from headstart.evaluation.evaluate import evaluate
from headstart.evaluation.ledger import note_look
from headstart.evaluation.other_metrics import other_metrics
from headstart.evaluation.verdict import judge
from headstart.flow.adapting.climb import Climbed, best
from headstart.flow.adapting.handover import read_predictions, write_rows

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.diagnosis import Diagnosis
    from headstart.core.evaluation import Evaluation, Verdict
    from headstart.core.predictions import Predictions
    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session

WINNER, UNTOUCHED = "winner", "untouched_base"
SLACK = 1.25


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the sealed rows say, and which fitted model is to ship.

    Args:
        winner: trial that was best on dev, None when no adaptation was fitted.
        baseline: trial of the measured baseline that was best on dev.
        shipped: the fit whose model ships.
        refits: fits on train and dev rows; empty when there was no time for them.
        predictions: predictions on the test rows of what ships.
        halves: fits on half of the train rows, made where the verdict is inconclusive.
    """

    evaluation: Evaluation
    verdict: Verdict
    diagnosis: Diagnosis
    winner: Trial | None
    baseline: Trial | None
    shipped: Trial
    refits: tuple[Trial, ...]
    predictions: Predictions
    halves: tuple[Trial, ...] = ()


def prove(session: Session, climbed: Climbed, *, margin: float, ledger: Path) -> Proof:
    """Opens the sealed rows once, for the winner, the untouched base and the baselines."""
    winner = best(climbed.candidates, session.metric)
    entrants = _entrants(climbed, winner)
    fitted, refits = _refitted(session, entrants)
    write_rows(session.dataset.test, session.folder.work / "test.parquet")
    for trial in {trial.key: trial for trial in fitted.values()}.values():
        session.test(trial)
    tested = {name: trial for name, trial in fitted.items() if session.tested(trial)}
    if not any(name in tested for name in climbed.baselines):
        _refuse(climbed)
    evaluation = _evaluation(session, climbed, tested, ledger)
    task = session.dataset.split.task
    gold = task.gold(session.dataset.test)
    leading = best((climbed.baselines[name] for name in tested if name in climbed.baselines), session.metric)
    verdict = judge(
        evaluation,
        winner_name=winner.candidate.name if winner is not None and WINNER in tested else None,
        best_dev_baseline=leading.candidate.name if leading else None,
        margin=margin * session.metric.unit,
        class_rows=np.bincount(gold, minlength=len(getattr(task, "classes", ()))).tolist(),
    )
    shipped = tested[verdict.ships]
    predictions = _predictions(session, shipped)
    return Proof(
        evaluation=evaluation,
        verdict=verdict,
        diagnosis=diagnose(session.dataset.test, gold, predictions),
        winner=winner,
        baseline=leading,
        shipped=shipped,
        refits=refits,
        predictions=predictions,
    )


def _refuse(climbed: Climbed) -> NoReturn:
    reasons = "; ".join(
        f"{name}: {trial.message or 'not tested'}" for name, trial in climbed.baselines.items()
    )
    if any(trial.status == "failed" for trial in climbed.baselines.values()):
        raise WorkerError(f"no baseline could be measured ({reasons})")
    raise RunError(f"no baseline could be measured ({reasons}); give more time with --within")


def _entrants(climbed: Climbed, winner: Trial | None) -> dict[str, Trial]:
    named = {WINNER: winner, UNTOUCHED: climbed.untouched, **climbed.baselines}
    return {name: trial for name, trial in named.items() if trial is not None and trial.status == "done"}


def _refitted(session: Session, entrants: dict[str, Trial]) -> tuple[dict[str, Trial], tuple[Trial, ...]]:
    once = {trial.key: trial for trial in entrants.values()}
    kept_s = session.reserve.end_s([trial.cost.seconds for trial in once.values() if trial.cost])
    growth = 1 + len(session.dataset.split.dev) / max(1, len(session.dataset.split.train))
    needed_s = sum(trial.cost.seconds for trial in once.values() if trial.cost) * growth * SLACK
    if needed_s + kept_s > session.clock.left_s:
        return entrants, ()
    refits = {}
    for key, trial in once.items():
        refits[key] = session.fit(trial.candidate, reserve_s=kept_s, role="refit", of=trial)
        if refits[key].status != "done":
            return entrants, tuple(refits.values())
    return {name: refits[trial.key] for name, trial in entrants.items()}, tuple(refits.values())


def _evaluation(session: Session, climbed: Climbed, tested: dict[str, Trial], ledger: Path) -> Evaluation:
    missing = {name: trial.message for name, trial in climbed.baselines.items() if name not in tested}
    task, test = session.dataset.split.task, session.dataset.test
    gold = task.gold(test)
    predictions = {name: _predictions(session, trial) for name, trial in tested.items()}
    evaluation = evaluate(
        metric_name=registry.name_of(session.metric),
        metric=session.metric,
        gold=gold,
        predictions=predictions,
        groups=test.groups,
        not_measured=missing,
        seed=session.seed,
    )
    footprints = {name: Footprint(**session.tested(trial)) for name, trial in tested.items()}
    looks = note_look(ledger, rows_sha256=_sealed_sha256(session), run=str(session.folder.root.resolve()))
    others = other_metrics(session.others, gold, predictions)
    return replace(evaluation, footprints=footprints, earlier_looks=looks, others=others)


def _predictions(session: Session, trial: Trial) -> Predictions:
    classes = getattr(session.dataset.split.task, "classes", ())
    return read_predictions(session.folder.trials / trial.key / "test.npz", classes)


def _sealed_sha256(session: Session) -> str:
    test = session.dataset.test
    lines = sorted(f"{text}\0{target}" for text, target in zip(test.texts, test.targets, strict=True))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
