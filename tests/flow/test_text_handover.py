"""Texts on their way between processes."""

from __future__ import annotations

import numpy as np

from headstart.core.predictions import Predictions
from headstart.flow.adapting.handover import read_predictions, write_predictions

TEXTS = ("plain", "", "zero at the end\0", "two\nlines", "\ud83d half a character", "\U0001f600" * 3)


def test_texts_come_back_as_they_were(tmp_path):
    write_predictions(Predictions(texts=TEXTS), tmp_path / "raw.npz")
    assert read_predictions(tmp_path / "raw.npz", ()).texts == TEXTS


def test_no_texts_and_no_rows_are_told_apart(tmp_path):
    write_predictions(Predictions(texts=()), tmp_path / "none.npz")
    write_predictions(Predictions(values=np.array([1.0])), tmp_path / "number.npz")
    assert read_predictions(tmp_path / "none.npz", ()).texts == ()
    assert read_predictions(tmp_path / "number.npz", ()).texts is None
