from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import polars as pl
import pytest

from headstart.bundle.loaded import Loaded, load
from headstart.bundle.save import save_model
from headstart.errors import DataError
from tests.bundle.models import TEXTS, linear_model, rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    save_model(linear_model(), tmp_path / "bundle", columns=("body",))
    return load(str(tmp_path / "bundle"))


def test_lists_and_frames_give_the_same_answers(loaded: Loaded):
    expected = linear_model().predict(rows()).names
    assert loaded.predict(TEXTS) == expected
    assert loaded.predict(tuple(TEXTS)) == expected
    assert loaded.predict(np.array(TEXTS)) == expected
    assert loaded.predict(pl.Series(TEXTS)) == expected
    assert loaded.predict(pd.Series(TEXTS)) == expected
    assert loaded.predict(pl.DataFrame({"id": range(6), "body": TEXTS})) == expected
    assert loaded.predict(pl.LazyFrame({"id": range(6), "body": TEXTS})) == expected
    assert loaded.predict(pd.DataFrame({"id": range(6), "body": TEXTS}, index=range(10, 16))) == expected


def test_probabilities_have_a_column_a_class(loaded: Loaded):
    probabilities = loaded.predict_proba(TEXTS)
    assert probabilities.shape == (6, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-6)
    frame = loaded.predict_frame(TEXTS)
    assert frame.columns == ["prediction", "probability_billing", "probability_bug", "probability_shipping"]
    np.testing.assert_array_equal(frame.select(pl.exclude("prediction")).to_numpy(), probabilities)
    assert loaded.classes == ("billing", "bug", "shipping")


def test_missing_texts_are_empty_texts(loaded: Loaded):
    assert loaded.predict(pd.DataFrame({"body": ["", None, float("nan")]})) == loaded.predict(["", "", ""])
    assert loaded.predict([]) == []
    assert loaded.predict(pd.DataFrame({"body": ["", None, pd.NA]}).convert_dtypes()) == loaded.predict(
        [""] * 3
    )


def test_what_is_no_text_is_told(loaded: Loaded):
    with pytest.raises(DataError, match="in a list"):
        loaded.predict("a single text")
    with pytest.raises(DataError, match="row 2 is a list"):
        loaded.predict(["a", ["b"]])
    with pytest.raises(DataError, match=r"'body'.*did you mean 'bodi'"):
        loaded.predict(pd.DataFrame({"bodi": TEXTS}))
    with pytest.raises(DataError, match="got a dict"):
        loaded.predict({"body": TEXTS})
    with pytest.raises(DataError, match="more than one column named 'body'"):
        loaded.predict(pd.DataFrame([["a", "b"]], columns=["body", "body"]))


def test_names_of_columns_may_be_numbers(tmp_path: Path):
    save_model(linear_model(), tmp_path / "bundle", columns=("1",))
    found = load(tmp_path / "bundle").predict(pd.DataFrame({0: range(6), 1: TEXTS}))
    assert found == linear_model().predict(rows()).names


def test_several_text_columns_come_as_tuples(tmp_path: Path):
    save_model(linear_model(), tmp_path / "bundle", columns=("title", "body"))
    loaded = load(tmp_path / "bundle")
    pairs = [(text, "money") for text in TEXTS]
    expected = linear_model().predict(rows([f"{text}\nmoney" for text in TEXTS])).names
    assert loaded.predict(pairs) == expected
    assert loaded.predict(pl.DataFrame({"body": ["money"] * 6, "title": TEXTS})) == expected
    for wrong in (TEXTS, [1, 2], [{"title": "a", "body": "b"}], [("a",)]):
        with pytest.raises(DataError, match="2 texts a row"):
            loaded.predict(wrong)
