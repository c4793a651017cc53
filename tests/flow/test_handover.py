"""Rows and predictions on their way between processes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.flow.adapting.handover import read_predictions, read_rows, write_predictions, write_rows


@pytest.mark.parametrize("name", ["tickets[1]", "what?", "a*b", "naïve {x,y} ~z"])
def test_rows_come_back_whatever_the_folder_is_called(tmp_path, name):
    for folder, text in (("axb", "another run's"), (name, "its own")):
        rows = Rows.of(pl.DataFrame({"text": [text]}), Columns(text=("text",)))
        write_rows(rows, tmp_path / folder / "train.parquet")
    assert read_rows(tmp_path / name / "train.parquet").texts == ["its own"]


def test_texts_with_their_places_come_back_as_they_were(tmp_path):
    told = Predictions(
        texts=("zwölf Katzen", "", "\N{CAT}\0"),
        spans=np.array([[3, 15], [-1, -1], [0, 2]]),
        confidence=np.array([0.5, 0.25, 1.0]),
    )
    write_predictions(told, tmp_path / "told.npz")
    found = read_predictions(tmp_path / "told.npz", ())
    assert found.texts == told.texts
    assert found.answers == told.answers


def test_predictions_without_texts_have_none_after_it_either(tmp_path):
    write_predictions(Predictions(values=np.array([1.0, 2.0])), tmp_path / "told.npz")
    found = read_predictions(tmp_path / "told.npz", ())
    assert found.texts is None
    assert found.values.tolist() == [1.0, 2.0]
