"""The job of a worker: load models from disk and predict the sealed rows with them."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.bundle.load import load_model
from headstart.core.prompt_figures import PromptFigures
from headstart.flow.adapting.handover import read_rows, write_predictions
from headstart.flow.adapting.keep import write_last
from headstart.flow.adapting.timed import bytes_of, timed
from headstart.train.read_together import read_together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from headstart.core.context import Progress
    from headstart.core.model import Model
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows

LEAST_S = 0.2


def test(request: Mapping[str, Any], progress: Progress) -> None:
    """Leaves `test.npz` and, last of all, `test.json` (milliseconds a row, bytes, prompts) in each folder.

    Models of several folders have the same reading key, and the rows are read but once for all of them. What
    that takes counts in full for each, as each would take it alone.
    """
    folders = [Path(each) for each in request["folders"]]
    rows = read_rows(Path(request["rows"]))
    models = _opened(folders)
    progress(0.1, "predicting")
    told = _one(models[0], rows) if len(models) == 1 else _together(models, rows)
    for folder, model, (predictions, row_ms) in zip(folders, models, told, strict=True):
        write_predictions(predictions, folder / "test.npz")
        prompts = PromptFigures.of(model.predictor, rows)
        measured = {
            "row_ms": row_ms,
            "bytes": bytes_of(folder / "model"),
            "prompts": asdict(prompts) if prompts else None,
        }
        write_last(measured, folder / "test.json")


def _opened(folders: Sequence[Path]) -> list[Model]:
    """The models, which share the backbone of the first."""
    models = [load_model(folders[0] / "model")]
    first: Any = models[0].predictor
    for folder in folders[1:]:
        model = load_model(folder / "model")
        own: Any = model.predictor
        models.append(replace(model, predictor=replace(own, backbone=first.backbone)))
    return models


def _one(model: Model, rows: Rows) -> Iterator[tuple[Predictions, float]]:
    yield timed(model.predict, rows, least_s=LEAST_S)


def _together(models: Sequence[Model], rows: Rows) -> Iterator[tuple[Predictions, float]]:
    readings: list[Any] = [each.predictor for each in models]
    (examples, outputs), reading_ms = timed(lambda some: read_together(readings, some), rows, least_s=LEAST_S)
    for model, reading, each in zip(models, readings, outputs, strict=True):
        started = time.perf_counter()
        predictions = model.decision.apply(reading.told(each, examples))
        own_ms = 1e3 * (time.perf_counter() - started) / max(1, len(rows))
        yield predictions, reading_ms + own_ms
