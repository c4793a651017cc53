"""The job of a worker: load one model from disk and predict the sealed rows with it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.bundle.load import load_model
from headstart.core.prompt_figures import PromptFigures
from headstart.flow.adapting.handover import read_rows, write_predictions
from headstart.flow.adapting.keep import write_last
from headstart.flow.adapting.timed import bytes_of, timed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.context import Progress

LEAST_S = 0.2


def test(request: Mapping[str, Any], progress: Progress) -> None:
    """Leaves `test.npz` and, last of all, `test.json` (milliseconds a row, bytes, prompts) in its folder."""
    folder = Path(request["folder"])
    rows = read_rows(Path(request["rows"]))
    model = load_model(folder / "model")
    progress(0.1, "predicting")
    predictions, row_ms = timed(model.predict, rows, least_s=LEAST_S)
    write_predictions(predictions, folder / "test.npz")
    prompts = PromptFigures.of(model.predictor, rows)
    measured = {
        "row_ms": row_ms,
        "bytes": bytes_of(folder / "model"),
        "prompts": asdict(prompts) if prompts else None,
    }
    write_last(measured, folder / "test.json")
