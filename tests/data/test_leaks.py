"""Columns that name rows or give the target away are named; others are not."""

from __future__ import annotations

import numpy as np
import polars as pl

from headstart.data.leaks import id_like, leaking

RNG = np.random.default_rng(0)
LABELS = RNG.choice(["a", "b", "c"], size=600, p=[0.6, 0.3, 0.1])
FRAME = pl.DataFrame(
    {
        "label": LABELS,
        "code": [{"a": 1, "b": 2, "c": 3}[each] for each in LABELS],
        "fine": [f"{each}{at % 5}" for at, each in enumerate(LABELS)],
        "nearly": np.where(RNG.random(600) < 0.01, "a", LABELS),
        "random": RNG.choice(["x", "y"], size=600),
        "row": range(600),
        "uuid": [f"{at:08x}-4f" for at in range(600)],
        "word": [f"{chr(97 + at // 26 % 26)}{chr(97 + at % 26)}word" for at in range(600)],
    }
)


def test_leaks_are_columns_from_which_the_target_follows() -> None:
    assert leaking(FRAME, "label", ("row", "uuid")) == ("code", "fine", "nearly")


def test_unique_values_are_no_leak_but_an_id() -> None:
    assert "row" not in leaking(FRAME, "label")
    assert id_like(FRAME) == ("row", "uuid")


def test_a_constant_beside_a_rare_class_is_no_leak() -> None:
    frame = pl.DataFrame({"label": ["a"] * 99 + ["b"], "flag": ["x"] * 98 + ["y"] * 2})
    assert leaking(frame, "label") == ()


def test_columns_may_be_called_as_polars_calls_what_it_counts() -> None:
    frame = FRAME.select(pl.col("code").alias("len"), pl.col("label").alias("count"), "random")
    assert leaking(frame, "count") == ("len",)
