"""The bundle, its check in a new interpreter, the report and the result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.bundle.card import card
from headstart.bundle.check import compare, predict_in_fresh_process
from headstart.bundle.publish import publish
from headstart.config import TOLD
from headstart.core.result import Result, Seconds
from headstart.errors import InternalError, OutOfTime
from headstart.flow.adapting.session import settled
from headstart.race.folder import write_json
from headstart.report.as_json import as_json
from headstart.report.html import write_report
from headstart.report.label_errors import write_label_errors

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from headstart.config import Settings
    from headstart.core.plan import Plan
    from headstart.core.profile import Profile
    from headstart.core.trial import Trial
    from headstart.flow.adapting.climb import Climbed
    from headstart.flow.adapting.prove import Proof
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
    publish(model, session.folder.bundle, card=card(result))
    write_label_errors(result, session.folder.root / "label_errors.csv")
    result = replace(result, seconds=replace(result.seconds, actual=session.clock.spent_s))
    write_report(result, session.folder.report)
    told = as_json(result)
    session.folder.sweep()
    write_json(session.folder.result, told)
    session.clock.keep()
    return told


def checked(session: Session, proof: Proof) -> Proof:
    """The proof, once a new interpreter has reproduced it; with a note where there was no time for that.

    Raises:
        InternalError: the model on disk does not reproduce the evaluated predictions.
    """
    left_s = session.clock.left_s - session.reserve.ship_s + session.reserve.check_s
    if left_s < session.reserve.import_s:
        return _unchecked(proof)
    timeout_s = None if left_s == float("inf") else left_s
    with session.display.step("check in a new process", session.reserve.check_s):
        try:
            again = predict_in_fresh_process(
                session.model_of(proof.shipped), session.dataset.test, timeout_s=timeout_s
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
    session: Session, proof: Proof, *, climbed: Climbed, plan: Plan, profile: Profile, settings: Settings
) -> Result:
    """All that the run found, as one value."""
    trials = (*climbed.all, *proof.refits, *proof.halves)
    winner = proof.winner or proof.shipped
    return Result(
        name=session.folder.root.name,
        verdict=proof.verdict,
        winner=settled(winner.candidate, winner),
        evaluation=proof.evaluation,
        diagnosis=proof.diagnosis,
        dev_scores={
            _label(trial, climbed): trial.dev_score for trial in climbed.all if trial.dev_score is not None
        },
        plan=plan,
        trials=trials,
        profile=profile,
        seconds=Seconds(predicted=predicted_s(plan), actual=session.clock.spent_s, deadline=settings.within),
        peak_bytes=int(max((trial.cost.peak_bytes for trial in trials if trial.cost), default=0)),
        bundle=session.folder.bundle,
        report=session.folder.report,
        text_kept=not settings.no_text,
        settings=settings.model_dump(mode="json", exclude=set(TOLD)),
    )


def predicted_s(plan: Plan) -> float:
    """Seconds that the plan expected of all fits that are not blocked."""
    return sum(each.cost.seconds for each in (*plan.baselines, *plan.candidates) if not each.blocked)


def _label(trial: Trial, climbed: Climbed) -> str:
    bases = {each.candidate.base for each in climbed.candidates} - {None}
    if len(bases) < 2 or trial.candidate.base is None:
        return trial.candidate.name
    return f"{trial.candidate.name} on {trial.candidate.base}"
