"""The job of a worker: metrics of texts that do not decide, as many as there is time for."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from headstart import registry
from headstart.evaluation.other_metrics import other_metrics
from headstart.flow.adapting.handover import read_predictions, read_rows
from headstart.flow.adapting.keep import write_last

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.context import Progress
    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions

# Rows that tell which metric is quick.
SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class RecordRequest:
    """What is to be measured, as plain values.

    Args:
        folder: where the figures are left.
        rows: file of the sealed rows.
        task: the task as a spec.
        metrics: the metrics as specs, by name; all of them read texts.
        tested: the file of each model's predictions of those rows, by the model's name.
    """

    folder: str
    rows: str
    task: Mapping[str, Any]
    metrics: Mapping[str, Mapping[str, Any]]
    tested: Mapping[str, str]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The request as it came through JSON."""
        return cls(**values)


def record(values: Mapping[str, Any], progress: Progress) -> None:
    """Leaves `others.json`, by metric and model, anew after each metric, the quickest of them first."""
    request = RecordRequest.read(values)
    task = registry.from_spec("tasks", request.task)
    gold = task.gold(read_rows(Path(request.rows)))
    told = {name: read_predictions(Path(file), task.classes) for name, file in request.tested.items()}
    metrics: dict[str, Metric] = {
        name: registry.from_spec("metrics", spec) for name, spec in request.metrics.items()
    }
    found: dict[str, dict[str, float]] = {}
    for place, name in enumerate(sorted(metrics, key=lambda name: _seconds(metrics[name], gold, told))):
        progress(place / len(metrics), metrics[name].label)
        found |= other_metrics({name: metrics[name]}, gold, told)
        write_last(found, Path(request.folder) / "others.json")
    progress(1.0, "measured")


def _seconds(metric: Metric, gold: Any, told: Mapping[str, Predictions]) -> float:
    """What a metric takes for a few rows of each model."""
    few = {name: replace(each, texts=(each.texts or ())[:SHOWN]) for name, each in told.items()}
    started = time.perf_counter()
    other_metrics({"": metric}, gold[:SHOWN], few)
    return time.perf_counter() - started
