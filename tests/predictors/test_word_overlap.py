"""Overlap of words against scikit-learn's cosines, and for texts without words."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from headstart.core.rows import Columns, Rows
from headstart.predictors.word_overlap import WordOverlap
from headstart.tasks.similarity import Similarity
from tests.contracts.pair_data import similarity_rows


def pairs(*rows: tuple[str, str]) -> Rows:
    frame = pl.DataFrame({"a": [each[0] for each in rows], "b": [each[1] for each in rows]})
    return Rows.of(frame, Columns(text=("a", "b")))


def test_it_is_the_cosine_of_weighed_counts():
    rows = similarity_rows(30)
    first, second = (rows.frame[name].to_list() for name in ("one", "other"))
    reference = TfidfVectorizer(token_pattern=r"\w+").fit([*first, *second])
    weights = dict(zip(reference.get_feature_names_out(), reference.idf_, strict=True))
    found = WordOverlap(task=Similarity(), weights=weights, unseen=9.0).predict(rows).values
    expected = np.asarray(
        reference.transform(first).multiply(reference.transform(second)).sum(axis=1)
    ).ravel()
    np.testing.assert_allclose(found, expected)


def test_likeness_is_told_in_the_scale_of_the_file():
    task = Similarity(low=1.0, high=5.0)
    found = WordOverlap(task=task, weights={}, unseen=1.0)
    values = found.predict(pairs(("a cat", "A cat!"), ("cat", "dog"), ("", "dog"), ("?", ""))).values
    assert values.tolist() == pytest.approx([5.0, 1.0, 1.0, 1.0])


def test_it_is_the_same_from_disk(tmp_path):
    before = WordOverlap(task=Similarity(), weights={"cat": 2.0, "a": 0.5}, unseen=3.0)
    config = dict(before.save(tmp_path))
    after = WordOverlap.load(tmp_path, config, Similarity())
    rows = pairs(("a cat", "a dog"), ("cat", "the cat"))
    assert before.predict(rows).values.tolist() == after.predict(rows).values.tolist()
