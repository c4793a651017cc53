"""The bundle, its check in a new interpreter, the report and the result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart import registry
from headstart.bundle.card import card
from headstart.bundle.check import compare, predict_in_fresh_process
from headstart.bundle.manifest import Manifest
from headstart.bundle.publish import publish
from headstart.config import TOLD
from headstart.core.importance import Importance
from headstart.core.result import Result, Seconds
from headstart.errors import InternalError, OutOfTime
from headstart.flow.adapting.fitting import fitting_of
from headstart.flow.adapting.largest_member import largest_member
from headstart.race.folder import write_json
from headstart.report.as_json import as_json
from headstart.report.html import write_report
from headstart.report.label_errors import write_label_errors

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from headstart.config import Settings
    from headstart.core.fitting import Fitting
    from headstart.core.plan import Plan
    from headstart.core.profile import Profile
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.prove import Proof
    from headstart.flow.adapting.race import Raced
    from headstart.flow.adapting.session import Session

TOLERANCE = 1e-3


def ship(session: Session, result: Result, model: Path) -> dict[str, Any]:
    """Packs what the verdict ships and writes the report.

    Args:
        session: the run at work.
        result: all that it found.
        model: folder of the model that ships.

    Raises:
        RunError: the disk is full.
    """
    sealed = session.folder.sealed
    publish(model, session.folder.bundle, card=card(result), extra={sealed.name: sealed.read_text("utf-8")})
    write_label_errors(result, session.folder.root / "label_errors.csv")
    result = replace(result, seconds=replace(result.seconds, actual=session.clock.spent_s))
    write_report(result, session.folder.report)
    told = as_json(result)
    # First the result, which says that the run is done: what is swept away can't be fitted again in time.
    write_json(session.folder.result, told)
    session.clock.keep()
    session.folder.sweep()
    return told


def checked(session: Session, proof: Proof) -> Proof:
    """The proof, once a new interpreter has reproduced it; with a note where there was no time for that.

    Raises:
        InternalError: the model on disk does not reproduce the evaluated predictions.
    """
    told = session.tested(proof.shipped)
    left_s = session.clock.left_s - session.reserve.pack_s(told.get("bytes", 0.0))
    if left_s < session.reserve.import_s:
        return _unchecked(proof)
    timeout_s = None if left_s == float("inf") else left_s
    expected_s = session.reserve.check_s(told.get("row_ms"), told.get("bytes", 0.0))
    try:
        with session.display.step("check in a new process", expected_s):
            again = predict_in_fresh_process(
                session.model_of(proof.shipped),
                session.dataset.test,
                timeout_s=timeout_s,
                threads=session.worker.threads,
                workdir=session.folder.work,
            ).predictions
    except OutOfTime:
        return _unchecked(proof)
    difference, flipped = compare(proof.predictions, again)
    if difference > TOLERANCE or flipped:
        raise InternalError(
            "the bundle does not reproduce what was measured: "
            f"probabilities differ by up to {difference:.2g}, {flipped} labels of {len(again)} flip; "
            f"allowed: {TOLERANCE:g} and none"
        )
    return proof


def _unchecked(proof: Proof) -> Proof:
    note = (
        "There was no time for a second check in a new interpreter; the scores are those of these very "
        "files, read back from disk by another process."
    )
    return replace(proof, verdict=replace(proof.verdict, notes=(*proof.verdict.notes, note)))


def gather(
    session: Session, proof: Proof, *, raced: Raced, plan: Plan, profile: Profile, settings: Settings
) -> Result:
    """All that the run found, as one value."""
    raced_trials = (trial for each in raced.all for trial in each.trials)
    trials = (*raced_trials, *raced.population, *proof.refits, *proof.shares)
    return Result(
        name=session.folder.root.name,
        verdict=proof.verdict,
        winner=raced.winner.settled() if raced.winner else proof.shipped.candidate,
        evaluation=proof.evaluation,
        diagnosis=proof.diagnosis,
        dev_scores={
            _label(each, raced): each.trial.dev_score
            for each in raced.all
            if each.trial is not None and each.trial.dev_score is not None
        },
        selection=raced.selection,
        plan=plan,
        trials=trials,
        profile=profile,
        seconds=Seconds(predicted=predicted_s(plan), actual=session.clock.spent_s, deadline=settings.within),
        peak_bytes=int(max((trial.cost.peak_bytes for trial in trials if trial.cost), default=0)),
        bundle=session.folder.bundle,
        report=session.folder.report,
        text_kept=not settings.no_text,
        settings=settings.model_dump(mode="json", exclude=set(TOLD)),
        fitting=_fitting(session, raced.winner, proof),
        task=registry.name_of(session.dataset.split.task),
        importance=Importance.read(Manifest.read(session.model_of(proof.shipped)).predictor["config"]),
    )


def _fitting(session: Session, winner: Entrant | None, proof: Proof) -> Fitting | None:
    trained = winner and largest_member(winner)
    if trained is None or trained.trial is None:
        return None
    again = trained.settled()
    refit = next((each for each in proof.refits if each.candidate == again), None)
    outcome = session.outcome(trained.trial)
    found = fitting_of(again, outcome, refit=session.outcome(refit) if refit else None)
    return found if found is None or trained is winner else replace(found, of=trained.candidate.label)


def predicted_s(plan: Plan) -> float:
    """Seconds that the plan expected of all fits that are not blocked."""
    return sum(each.cost.seconds for each in (*plan.baselines, *plan.candidates) if not each.blocked)


def _label(entrant: Entrant, raced: Raced) -> str:
    candidate = entrant.candidate
    bases = {each.candidate.base for each in raced.candidates} - {None}
    if len(bases) < 2 or candidate.base is None:
        return candidate.label
    return f"{candidate.label} on {candidate.base}"
