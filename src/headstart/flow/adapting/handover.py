"""Rows and predictions on their way between processes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.core.split import Split

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALSO, TEXTS = "also.json", "texts"
GROUP, NUMBER = "headstart:group", "headstart:number"


def write_rows(rows: Rows, path: Path) -> None:
    """Rows as a Parquet file with their clusters and numbers, their roles as JSON beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    extra = {GROUP: rows.groups, NUMBER: rows.numbers}
    rows.frame.with_columns(**{name: pl.Series(values) for name, values in extra.items()}).write_parquet(
        path, compression="lz4"
    )
    path.with_suffix(".json").write_text(json.dumps(asdict(rows.columns)))


def read_rows(path: Path) -> Rows:
    """The rows that `write_rows` wrote."""
    frame = pl.read_parquet(path, glob=False)
    return Rows(
        frame=frame.drop(GROUP, NUMBER),
        columns=Columns.read(json.loads(path.with_suffix(".json").read_text())),
        groups=frame[GROUP].to_numpy(),
        numbers=frame[NUMBER].to_numpy(),
    )


def write_also(also: Mapping[str, Split], work: Path) -> None:
    """Auxiliary splits as files of rows, and their names and tasks as JSON beside them."""
    for place, split in enumerate(also.values()):
        write_rows(split.train, work / f"also-{place}.parquet")
    tasks = {name: registry.spec(split.task) for name, split in also.items()}
    (work / ALSO).write_text(json.dumps(tasks))


def read_also(work: Path) -> dict[str, Split]:
    """The auxiliary splits that `write_also` wrote; all their rows are for training."""
    found = {}
    for place, (name, task) in enumerate(json.loads((work / ALSO).read_text()).items()):
        rows = read_rows(work / f"also-{place}.parquet")
        found[name] = Split(task=registry.from_spec("tasks", task), train=rows, dev=rows.take([]))
    return found


def write_predictions(predictions: Predictions, path: Path) -> None:
    """What predictions hold in arrays and texts, as an npz file."""
    arrays = predictions.arrays
    if predictions.texts is not None:
        # An array of texts would be as wide as the longest of them, and lose the zeros at their ends.
        arrays[TEXTS] = np.frombuffer(json.dumps(predictions.texts).encode("ascii"), dtype=np.uint8)
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_predictions(path: Path, classes: tuple[str, ...]) -> Predictions:
    """The predictions that `write_predictions` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    texts = found.pop(TEXTS, None)
    return Predictions(
        classes=classes, texts=None if texts is None else tuple(json.loads(texts.tobytes())), **found
    )
