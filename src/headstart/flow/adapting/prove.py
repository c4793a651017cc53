"""Refits on all rows, then the sealed test rows, then the verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from headstart import registry
from headstart.core.corpus_task import corpus_of
from headstart.core.evaluation import Footprint
from headstart.errors import RunError, WorkerError
from headstart.evaluation.at_worst import with_worst
from headstart.evaluation.diagnose import diagnose
from headstart.evaluation.evaluate import evaluate
from headstart.evaluation.ledger import note_look
from headstart.evaluation.verdict import judge
from headstart.flow.adapting.handover import read_predictions, write_rows
from headstart.flow.adapting.in_turn import measured_in_turn
from headstart.flow.adapting.largest_member import largest_member
from headstart.flow.adapting.leading import leading
from headstart.flow.adapting.opening import Opening, settle_opened
from headstart.flow.adapting.race import NOTHING_ALLOWED
from headstart.flow.adapting.recorded import recorded
from headstart.flow.adapting.refit import refit
from headstart.wording import UNTOUCHED, WINNER, fit_label, metric_label, strategy_label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from headstart.core.diagnosis import Diagnosis
    from headstart.core.evaluation import Evaluation, Verdict
    from headstart.core.predictions import Predictions
    from headstart.core.trial import Trial
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.race import Raced
    from headstart.flow.adapting.session import Session

UNTESTED = "was fitted and could not be tested; log.jsonl says why"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the sealed rows say, and which fitted model is to ship.

    Args:
        winner: trial that was best on dev, None when no adaptation was fitted.
        baseline: trial of the measured baseline that was best on dev.
        shipped: the fit whose model ships.
        refits: fits on train and dev rows; empty when there was no time for them.
        predictions: predictions on the test rows of what ships.
        shares: fits on shares of the train rows, to tell what more of them would bring.
        member: trial of the member of the greatest share, where the winner is a combination.
    """

    evaluation: Evaluation
    verdict: Verdict
    diagnosis: Diagnosis
    winner: Trial | None
    baseline: Trial | None
    shipped: Trial
    refits: tuple[Trial, ...]
    predictions: Predictions
    shares: tuple[Trial, ...] = ()
    member: Trial | None = None


def prove(session: Session, raced: Raced, *, margin: float, ledger: Path, looked: int = 0) -> Proof:
    """Opens the sealed rows once, for the winner, the untouched base and the baselines.

    Args:
        session: the run at work.
        raced: who is to be tested.
        margin: the difference that matters, in points.
        ledger: folder of the counts of who looked at which rows.
        looked: earlier runs that are known to have looked at some of these.
    """
    named = {WINNER: raced.winner, UNTOUCHED: raced.untouched, **raced.baselines}
    entrants = {name: each for name, each in named.items() if each is not None and each.trial is not None}
    refits = refit(session, entrants)
    Opening(session=session).fill(list(entrants.values()), ships=raced.winner)
    settle_opened(session)
    write_rows(session.dataset.test, session.folder.work / "test.parquet")
    tested = measured_in_turn(session, refits.fitted, baselines=raced.baselines)
    if not any(name in tested for name in raced.baselines):
        _refuse(raced)
    evaluation = _evaluation(session, raced, tested, ledger)
    evaluation = replace(evaluation, earlier_looks=max(looked, evaluation.earlier_looks))
    task = session.dataset.split.task
    gold = task.gold(session.dataset.test)
    best = leading([entrants[name] for name in tested if name in raced.baselines], session.metric)
    winner = raced.winner if WINNER in tested else None
    verdict = judge(
        evaluation,
        winner_name=winner.candidate.label if winner else None,
        best_dev_baseline=best.candidate.name if best else None,
        margin=margin * session.metric.unit,
        class_rows=tuple(task.counts(session.dataset.test).values()),
        without=_without(raced),
    )
    found = [note for name, each in evaluation.footprints.items() for note in _findings(name, each, winner)]
    found += _beyond(session, evaluation, verdict.ships, winner)
    if late := [metric_label(name) for name in session.others if name not in evaluation.others]:
        found.append(f"There was no time left to measure {', '.join(late)}.")
    verdict = replace(verdict, notes=(*verdict.notes, *refits.notes, *found))
    shipped = tested[verdict.ships]
    predictions = _predictions(session, shipped)
    return Proof(
        evaluation=evaluation,
        verdict=verdict,
        diagnosis=diagnose(session.dataset.test, gold, predictions, settings=task.metric_settings()),
        winner=raced.winner.trial if raced.winner else None,
        baseline=best.trial if best else None,
        shipped=shipped,
        refits=refits.made,
        predictions=predictions,
        member=largest_member(raced.winner).trial if raced.winner and raced.winner.members else None,
    )


def _without(raced: Raced) -> str:
    """Why nothing that was adapted is judged, should it be so."""
    if raced.winner is not None:
        return f"{fit_label(raced.winner.candidate)} {UNTESTED}"
    if any(each.trial for each in raced.candidates):
        return NOTHING_ALLOWED
    return "no adaptation ran to its end"


def _findings(name: str, footprint: Footprint, winner: Entrant | None) -> Iterator[str]:
    """What had to be left out of a model's prompts."""
    if footprint.prompts is not None:
        called = winner.candidate.label if name == WINNER and winner else name
        yield from footprint.prompts.findings(strategy_label(called))


def _beyond(session: Session, evaluation: Evaluation, ships: str, winner: Entrant | None) -> Iterator[str]:
    """That what ships is larger or slower than was allowed, as a baseline may be."""
    footprint = evaluation.footprints.get(ships)
    if broken := session.caps.broken(footprint) if footprint is not None else ():
        called = winner.candidate.label if ships == WINNER and winner else strategy_label(ships)
        yield f"What ships, {called}, is beyond what was allowed: {'; '.join(broken)}."


def _refuse(raced: Raced) -> NoReturn:
    reasons = "; ".join(f"{name}: {each.message or 'not tested'}" for name, each in raced.baselines.items())
    if any(trial.status == "failed" for each in raced.baselines.values() for trial in each.trials):
        raise WorkerError(f"no baseline could be measured ({reasons})")
    raise RunError(f"no baseline could be measured ({reasons}); give more time with --within")


def _evaluation(session: Session, raced: Raced, tested: dict[str, Trial], ledger: Path) -> Evaluation:
    missing = {
        name: f"it {UNTESTED}" if each.trial else each.message
        for name, each in raced.baselines.items()
        if name not in tested
    }
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
    evaluation = with_worst(
        evaluation,
        metric=session.metric,
        gold=gold,
        predictions=predictions,
        groups=test.groups,
        class_rows=tuple(task.counts(test).values()),
        seed=session.seed,
    )
    footprints = {name: Footprint.read(session.tested(trial)) for name, trial in tested.items()}
    looks = note_look(ledger, rows_sha256=_sealed_sha256(session), run=session.folder.name)
    others = recorded(session, tested, gold=gold, predictions=predictions)
    unopened = len(session.dataset.unopened or ())
    return replace(evaluation, footprints=footprints, earlier_looks=looks, others=others, unopened=unopened)


def _predictions(session: Session, trial: Trial) -> Predictions:
    task = session.dataset.split.task
    found = read_predictions(session.folder.trials / trial.key / "test.npz", task.classes)
    return replace(found, passages=corpus_of(task))


def _sealed_sha256(session: Session) -> str:
    sealed = session.dataset.sealed
    lines = sorted(f"{text}\0{target}" for text, target in zip(sealed.texts, sealed.targets, strict=True))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
