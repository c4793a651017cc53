"""Classification against its contract, and what it says of labels that do not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart.core.examples import Examples
from headstart.core.profile import Lengths, Profile
from headstart.core.rows import Columns, Rows
from headstart.errors import DataError, UnknownName
from headstart.tasks.classification import Classification
from tests.contracts.small_data import CLASSES, small_rows
from tests.contracts.task_contract import TaskContract


def labelled(*labels: str) -> Rows:
    frame = pl.DataFrame({"text": ["a"] * len(labels), "label": labels})
    return Rows.of(frame, Columns(text=("text",), target="label"))


def profile(**classes: int) -> Profile:
    lengths = Lengths(
        tokenizer="words", mean=1, median=1, p90=1, p99=1, longest=1, limit=9, truncated=0.0, counted=1
    )
    return Profile(rows={}, classes=classes, lengths=lengths)


class TestClassification(TaskContract):
    name = "classification"

    @pytest.fixture
    def rows(self):
        return small_rows(12)


def test_classes_that_are_numbers_stand_in_their_order():
    assert Classification.infer(labelled("10", "9", "2", "10", "9", "2")).classes == ("2", "9", "10")
    assert Classification.infer(labelled("yes", "no", "yes", "no")).classes == ("no", "yes")
    assert Classification.infer(labelled("nan", "2", "10", "nan", "2", "10")).classes == ("10", "2", "nan")


def test_gold_is_the_position_of_the_class():
    task = Classification(classes=("b", "a"))
    gold = task.gold(labelled("a", "b", "a"))
    assert gold.tolist() == [1, 0, 1]
    assert gold.dtype == np.int64


def test_one_class_alone_is_refused():
    with pytest.raises(DataError, match="only 'spam' in 3 rows"):
        Classification.infer(labelled("spam", "spam", "spam"))


def test_a_column_of_nearly_unique_values_is_refused():
    with pytest.raises(DataError, match="20 different values in 20 rows"):
        Classification.infer(labelled(*(f"id{number}" for number in range(20))))


def test_a_label_that_training_never_saw_is_named_with_its_row():
    rows = replace(labelled("a", "c", "b"), numbers=np.array([7, 8, 9]))
    with pytest.raises(DataError, match=r"row 8 has the label 'c'.*there are: a, b"):
        Classification(classes=("a", "b")).gold(rows)


def test_settings_that_speak_of_unknown_labels_are_refused():
    with pytest.raises(UnknownName, match="did you mean 'negative'"):
        Classification(classes=("negative", "positive"), describe={"negativ": "bad"})
    with pytest.raises(UnknownName, match="there is no label"):
        Classification.infer(labelled("a", "b"), positive="z")


def test_rare_classes_decide_the_metric():
    task = Classification(classes=CLASSES)
    assert task.default_metric(profile(a=100, b=95)) == "accuracy"
    assert task.default_metric(profile(a=100, b=20)) == "macro_f1"


def test_a_row_of_several_windows_gets_their_mean_probability():
    task = Classification(classes=("a", "b"), windows=True)
    owners = np.array([0, 0, 1])
    examples = Examples(tokens=np.arange(3), offsets=np.arange(4), owners=owners)
    outputs = np.log(np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]))
    found = task.decode(outputs, examples)
    np.testing.assert_allclose(found.probabilities, [[0.7, 0.3], [0.2, 0.8]])
    assert found.labels.tolist() == [0, 1]


def test_windows_cover_what_would_be_cut(tiny_bert):
    from headstart.models.describe import describe
    from headstart.models.open_base import open_tokenizer

    tokenizer = open_tokenizer(describe(str(tiny_bert)))
    frame = pl.DataFrame({"text": ["moon " * 40, "cat"], "label": ["a", "b"]})
    rows = Rows.of(frame, Columns(text=("text",), target="label"))
    examples = Classification(classes=("a", "b"), windows=True).encode(rows, tokenizer, 16)
    assert len(examples) > 3
    assert examples.targets.tolist() == [0] * (len(examples) - 1) + [1]


def test_large_outputs_do_not_overflow():
    task = Classification(classes=("a", "b"))
    examples = Examples(tokens=np.arange(1), offsets=np.arange(2), owners=np.array([0]))
    large = task.decode(np.array([[1e4, -1e4]]), examples)
    np.testing.assert_allclose(large.probabilities, [[1.0, 0.0]])
