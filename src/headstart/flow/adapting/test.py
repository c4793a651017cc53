"""The job of a worker: load one model from disk and predict the sealed rows with it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.bundle.load import load_model
from headstart.flow.adapting.handover import read_rows, write_predictions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.context import Progress

LEAST_S = 0.2


def test(request: Mapping[str, Any], progress: Progress) -> None:
    """Leaves `test.npz` and `test.json` (milliseconds a row, bytes on disk) in the model's trial."""
    folder = Path(request["folder"])
    rows = read_rows(Path(request["rows"]))
    model = load_model(folder / "model")
    progress(0.1, "predicting")
    model.predict(rows.take(range(min(len(rows), 8))))
    rounds, started = 0, time.perf_counter()
    while rounds == 0 or (time.perf_counter() - started < LEAST_S and rounds < 5):
        predictions = model.predict(rows)
        rounds += 1
    row_ms = 1e3 * (time.perf_counter() - started) / (rounds * max(1, len(rows)))
    write_predictions(predictions, folder / "test.npz")
    size = sum(each.stat().st_size for each in (folder / "model").rglob("*") if each.is_file())
    (folder / "test.json").write_text(json.dumps({"row_ms": row_ms, "bytes": size}))
