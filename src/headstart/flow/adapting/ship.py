"""The bundle, its check in a new interpreter, the report and the result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.bundle.card import card
from headstart.bundle.check import compare, predict_in_fresh_process
from headstart.bundle.publish import publish
from headstart.core.result import Result, Seconds
from headstart.errors import InternalError
from headstart.flow.adapting.session import settled
from headstart.race.folder import write_json
from headstart.report.as_json import as_json
from headstart.report.html import write_report
from headstart.report.label_errors import write_label_errors

if TYPE_CHECKING:
    from typing import Any

    from headstart.config import Settings
    from headstart.core.plan import Plan
    from headstart.core.profile import Profile
    from headstart.core.trial import Trial
    from headstart.flow.adapting.climb import Climbed
    from headstart.flow.adapting.prove import Proof
    from headstart.flow.adapting.session import Session

TOLERANCE = 1e-3
LEAST_CHECK_S = 20.0


def ship(session: Session, proof: Proof, result: Result) -> dict[str, Any]:
    """Packs what the verdict ships, holds it to its own predictions, and writes the report.

    Raises:
        InternalError: the bundle does not reproduce the evaluated predictions.
    """
    session.display.say("packing and checking the bundle in a new process")
    model = session.folder.trials / proof.shipped.key / "model"
    publish(model, session.folder.bundle, card=card(result))
    _check(session, proof)
    write_label_errors(result, session.folder.root / "label_errors.csv")
    result = replace(result, seconds=replace(result.seconds, actual=session.clock.spent_s))
    write_report(result, session.folder.report)
    told = as_json(result)
    session.folder.sweep()
    write_json(session.folder.result, told)
    session.clock.keep()
    return told


def gather(
    session: Session, proof: Proof, *, climbed: Climbed, plan: Plan, profile: Profile, settings: Settings
) -> Result:
    """All that the run found, as one value."""
    trials = (*climbed.all, *proof.refits)
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
        settings=settings.model_dump(mode="json"),
    )


def predicted_s(plan: Plan) -> float:
    """Seconds that the plan expected of all fits that are not blocked."""
    return sum(each.cost.seconds for each in (*plan.baselines, *plan.candidates) if not each.blocked)


def _label(trial: Trial, climbed: Climbed) -> str:
    bases = {each.candidate.base for each in climbed.candidates} - {None}
    if len(bases) < 2 or trial.candidate.base is None:
        return trial.candidate.name
    return f"{trial.candidate.name} on {trial.candidate.base}"


def _check(session: Session, proof: Proof) -> None:
    timeout_s = max(LEAST_CHECK_S, min(session.clock.left_s, 3600.0))
    again, _, _ = predict_in_fresh_process(session.folder.bundle, session.dataset.test, timeout_s=timeout_s)
    difference, flipped = compare(proof.predictions, again)
    if difference > TOLERANCE or flipped:
        raise InternalError(
            "the bundle does not reproduce what was measured: "
            f"probabilities differ by up to {difference:.2g}, {flipped} labels of {len(again)} flip; "
            f"allowed: {TOLERANCE:g} and none"
        )
