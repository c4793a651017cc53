"""Columns in words: names and values, numbers rounded, what is missing left out."""

from __future__ import annotations

import math

import polars as pl
import pytest

from headstart.core.feature import CATEGORY, NUMBER, Feature
from headstart.core.rows import Columns, Rows
from headstart.core.serialise import rounded, serialised

FEATURES = (Feature(name="Age", kind=NUMBER), Feature(name="Department", kind=CATEGORY))
FRAME = pl.DataFrame(
    {
        "text": ["a coat", "shoes", ""],
        "Age": [34.0, None, math.inf],
        "Department": ["Tops", "Shoes; all", None],
    }
)


def test_names_and_values_are_said_and_gaps_are_not() -> None:
    assert serialised(FRAME, FEATURES) == ["Age: 34; Department: Tops", "Department: Shoes; all", ""]
    assert serialised(FRAME, ()) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (34.0, "34"),
        (0.0, "0"),
        (-2.5, "-2.5"),
        (29.85, "29.85"),
        (1889.5, "1890"),
        (123456.7, "123457"),
        (0.012345, "0.01235"),
        (3.14159265, "3.142"),
        (1e-9, "1e-09"),
        (1.5e20, "1.5e+20"),
        (1234567890123.0, "1234567890123"),
        (2.0**60, "1.153e+18"),
    ],
)
def test_numbers_are_rounded_to_what_a_reader_can_use(value: float, said: str) -> None:
    assert rounded(value) == said


def test_texts_say_the_columns_last_and_plain_rows_do_not() -> None:
    rows = Rows.of(FRAME, Columns(text=("text",), features=FEATURES))
    assert rows.texts == ["a coat\nAge: 34; Department: Tops", "shoes\nDepartment: Shoes; all", ""]
    assert rows.plain.texts == ["a coat", "shoes", ""]
    assert rows.take([1]).texts == ["shoes\nDepartment: Shoes; all"]


def test_roles_come_back_from_json() -> None:
    import json
    from dataclasses import asdict

    told = Columns(
        text=("a", "b"), target="y", features=(Feature(name="c", kind=CATEGORY, categories=("x",)),)
    )
    assert Columns.read(json.loads(json.dumps(asdict(told)))) == told
