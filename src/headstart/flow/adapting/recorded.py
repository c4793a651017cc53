"""The metrics that do not decide, on the sealed rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart import registry
from headstart.evaluation.other_metrics import other_metrics
from headstart.race.folder import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from headstart.core.predictions import Predictions
    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session

# The second check comes before figures for the record, but for the first seconds of these.
LEAST_S = 2.0


def recorded(
    session: Session, tested: Mapping[str, Trial], *, gold: Any, predictions: Mapping[str, Predictions]
) -> dict[str, dict[str, float]]:
    """The value of each metric for each model that has what it reads; without those there is no time for.

    Those that read texts may take a second for a few rows (edits with moved blocks do), so a worker measures
    them, which can be stopped.

    Args:
        session: the run at work.
        tested: the trial of each tested model, by the model's name.
        gold: true answers of the sealed rows.
        predictions: by model.
    """
    told = any(each.texts is not None for each in predictions.values())
    of_texts = {name: each for name, each in session.others.items() if told and each.needs == "texts"}
    quick = {name: each for name, each in session.others.items() if name not in of_texts}
    found = other_metrics(quick, gold, predictions)
    if of_texts:
        found |= _of_texts(session, tested, of_texts)
    return {name: found[name] for name in session.others if name in found}


def _of_texts(
    session: Session, tested: Mapping[str, Trial], metrics: Mapping[str, Any]
) -> dict[str, dict[str, float]]:
    reserve, place = session.reserve, session.folder.work / "record"
    pack_s = reserve.pack_s(max(session.tested(each).get("bytes", 0.0) for each in tested.values()))
    spare_s = session.clock.left_s - pack_s
    request = {
        "rows": str(session.folder.work / "test.parquet"),
        "task": registry.spec(session.dataset.split.task),
        "metrics": {name: registry.spec(each) for name, each in metrics.items()},
        "tested": {
            name: str(session.folder.trials / trial.key / "test.npz") for name, trial in tested.items()
        },
    }
    session.ask(
        "headstart.flow.adapting.recording:record",
        request,
        place=place,
        title="further metrics",
        reserve_s=pack_s + min(reserve.check_s(), max(0.0, spare_s - LEAST_S)),
    )
    return read_json(place / "others.json") or {}
