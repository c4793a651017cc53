"""Folds cover every row once, keep clusters whole and classes even."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from headstart.core.rows import Columns, Rows
from headstart.data.folds import folds


def test_folds() -> None:
    labels = ["a"] * 80 + ["b"] * 20
    frame = pl.DataFrame({"text": [f"text {at}" for at in range(100)], "label": labels})
    rows = replace(Rows.of(frame, Columns(text=("text",), target="label")), groups=np.arange(100) // 2)
    made = folds(rows, 5, 0)
    assert sorted(np.concatenate([dev for _, dev in made]).tolist()) == list(range(100))
    for train, dev in made:
        assert not set(rows.groups[train]) & set(rows.groups[dev])
        assert sorted([*train, *dev]) == list(range(100))
        assert [rows.take(dev).targets.count(each) for each in "ab"] == [16, 4]
    assert [dev.tolist() for _, dev in folds(rows, 5, 1)] != [dev.tolist() for _, dev in made]
