"""Frames, data sets and plain Python values become the same table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from headstart.data.read import read
from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

TEXTS, LABELS = ["one", "two", "three"], ["a", "b", "a"]
EXPECTED = {"text": TEXTS, "label": LABELS}


@pytest.mark.parametrize(
    "source",
    [
        pl.DataFrame(EXPECTED),
        pl.DataFrame(EXPECTED).lazy(),
        EXPECTED,
        [{"text": text, "label": label} for text, label in zip(TEXTS, LABELS, strict=True)],
        (TEXTS, LABELS),
        (np.array(TEXTS), np.array(LABELS, dtype=object)),
        list(zip(TEXTS, LABELS, strict=True)),
        {"text": np.array(TEXTS), "label": tuple(LABELS)},
    ],
    ids=["polars", "lazy", "columns", "rows", "pair", "arrays", "pairs", "mixed"],
)
def test_each_kind_is_the_same_table(source: object) -> None:
    assert read(source).to_dict(as_series=False) == EXPECTED


def test_pandas_frames_and_series() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(EXPECTED, index=[7, 8, 9])
    assert read(frame).to_dict(as_series=False) == EXPECTED
    assert read((frame["text"], frame["label"])).to_dict(as_series=False) == EXPECTED
    # Lists from a Parquet file come as arrays.
    lists = pandas.DataFrame({"tokens": [np.array(["a", "b"], dtype=object), np.array([])]})
    assert read(lists)["tokens"].to_list() == ['["a", "b"]', "[]"]
    frame["n"] = [1.0, None, 2.0]
    frame["c"] = pandas.Categorical(LABELS)
    assert read(frame)["n"].to_list() == [1.0, None, 2.0]
    assert read(frame)["c"].to_list() == LABELS
    with pytest.raises(DataError, match="'text'"):
        read(pandas.concat([frame, frame["text"]], axis=1))


def test_hugging_face_datasets_respect_selection() -> None:
    datasets = pytest.importorskip("datasets")
    made = datasets.Dataset.from_dict(EXPECTED)
    assert read(made).to_dict(as_series=False) == EXPECTED
    assert read(made.select([2, 0]))["text"].to_list() == ["three", "one"]
    with pytest.raises(DataError, match="splits train, test"):
        read(datasets.DatasetDict({"train": made, "test": made}))


def test_texts_alone() -> None:
    assert read(TEXTS).to_dict(as_series=False) == {"text": TEXTS}


def test_types_are_kept_only_where_all_values_share_them() -> None:
    frame = read(
        [
            {"n": 1, "f": 0.5, "b": True, "mixed": 1, "when": date(2024, 5, 1), "none": None},
            {"n": None, "f": float("nan"), "b": False, "mixed": "x", "when": None, "none": None},
        ]
    )
    assert frame.to_dicts() == [
        {"n": 1, "f": 0.5, "b": True, "mixed": "1", "when": date(2024, 5, 1), "none": None},
        {"n": None, "f": None, "b": False, "mixed": "x", "when": None, "none": None},
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (({"text": TEXTS}, LABELS), "1 texts and 3 labels|expected"),
        ((TEXTS, LABELS[:2]), "3 texts and 2 labels"),
        ({"text": TEXTS, "label": ["a"]}, "differ in length"),
        ({"text": "abc"}, "a list was expected"),
        (3, "can't be read from a int"),
        ([1, "a"], "int, str"),
        ([], "no rows"),
        (["fine", "half \ud800"], "row 2 .*surrogate"),
    ],
)
def test_what_does_not_fit_is_said(source: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read(source)


def test_numbers_that_are_none_are_empty_cells(tmp_path) -> None:
    frame = pl.DataFrame({"label": [1.0, float("nan"), None]})
    frame.write_parquet(tmp_path / "rows.parquet")
    for source in (frame, tmp_path / "rows.parquet", {"label": [1.0, float("nan"), None]}):
        assert read(source)["label"].to_list() == [1.0, None, None]


def test_cells_that_no_file_can_hold_become_text(tmp_path: Path) -> None:
    made = pl.DataFrame(
        {
            "text": TEXTS,
            "meta": pl.Series([{}, {}, {}], dtype=pl.Struct([])),
            "many": pl.Series([[{}], [], None], dtype=pl.List(pl.Struct([]))),
            "what": pl.Series([1, "x", None], dtype=pl.Object),
            "fine": [{"a": 1}, {"a": 2}, None],
        }
    )
    found = read(made)
    assert found["meta"].to_list() == ["{}", "{}", "{}"]
    assert found["many"].to_list() == ["[{}]", "[]", None]
    assert found["what"].to_list() == ["1", "x", None]
    assert found["fine"].to_list() == made["fine"].to_list()
    found.write_parquet(tmp_path / "rows.parquet")


def test_whole_numbers_that_no_float_can_tell_apart_stay_apart() -> None:
    found = read(
        {"text": TEXTS, "user": [2**63, 2**63 + 1, None], "mixed": [2**53 + 1, 0.5, 1], "n": [1, 0.5, 2]}
    )
    assert found["user"].to_list() == ["9223372036854775808", "9223372036854775809", None]
    assert found["mixed"].to_list() == ["9007199254740993", "0.5", "1"]
    assert found["n"].to_list() == [1.0, 0.5, 2.0]
