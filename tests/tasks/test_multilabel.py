"""Multilabel against its contract, and the forms in which files give sets of labels."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
import torch

from headstart.core.examples import Examples
from headstart.core.rows import Columns, Rows
from headstart.core.stated import Stated
from headstart.errors import DataError, SettingError, UnknownName
from headstart.tasks.multilabel import Multilabel
from tests.contracts.label_data import label_rows
from tests.contracts.task_contract import TaskContract


class TestMultilabel(TaskContract):
    name = "multilabel"

    @pytest.fixture
    def rows(self):
        return label_rows(12, seed=4)


def read(frame: pl.DataFrame, *target: str) -> list[list[str] | None]:
    stated = Stated(target=target)
    column = Multilabel.read(frame, stated, "rows.csv")[stated.column]
    return [None if each is None else json.loads(each) for each in column]


def rows_of(*sets: list[str]) -> Rows:
    frame = pl.DataFrame({"text": ["a"] * len(sets), "labels": [json.dumps(each) for each in sets]})
    return Rows.of(frame, Columns(text=("text",), target="labels"))


def test_lists_are_read_as_lists_or_as_json():
    told = [["b", "a"], [], None, ["a"]]
    expected = [["a", "b"], [], None, ["a"]]
    assert read(pl.DataFrame({"y": told}), "y") == expected
    as_json = [None if each is None else json.dumps(each) for each in told]
    assert read(pl.DataFrame({"y": as_json}), "y") == expected
    assert read(pl.DataFrame({"y": [[3, 1], [2]]}), "y") == [["1", "3"], ["2"]]


def test_columns_of_nought_and_one_are_read_as_their_names():
    frame = pl.DataFrame({"a": [1, 0, 0], "b": ["1", "0", "1"], "c": [True, False, None]})
    assert read(frame, "a", "b", "c") == [["a", "b", "c"], [], None]
    assert Multilabel.read(frame, Stated(target=("a", "b", "c")), "rows").columns == ["a+b+c"]


def test_a_cell_that_is_neither_nought_nor_one_is_named_with_its_row():
    frame = pl.DataFrame({"a": ["1", "0", "maybe"], "b": ["0", "1", "0"]})
    with pytest.raises(DataError, match=r"row 3 of rows.csv has 'maybe' in the target column 'a'"):
        read(frame, "a", "b")


def test_a_list_that_holds_no_labels_is_named_with_its_row():
    with pytest.raises(DataError, match=r"row 2 of rows.csv has '' among the labels"):
        read(pl.DataFrame({"y": [["a"], ["b", ""]]}), "y")


@pytest.mark.parametrize(("mark", "other"), [("|", ";"), (";", ","), (",", "|")])
def test_delimited_labels_are_parted_by_the_mark_of_most_cells(mark, other):
    frame = pl.DataFrame({"y": [f"a{mark} b", "a", f"b{mark}c", f"d{mark}e{other}f", ""]})
    assert read(frame, "y") == [["a", "b"], ["a"], ["b", "c"], ["d", f"e{other}f"], None]


@pytest.mark.parametrize(
    ("columns", "target", "found"),
    [
        ({"y": [["a"], ["a", "b"]]}, ("y",), ("y",)),
        ({"y": [["a"], ["a", "b"]]}, (), ("y",)),
        ({"y": [["O", "O"], ["a", "b"]]}, ("y",), None),
        ({"a": [0, 1], "b": [1, 0]}, ("a", "b"), ("a", "b")),
        ({"a": [0, 1], "b": [1, 0]}, (), ("a", "b")),
        ({"a": [0, 1], "b": [1, 2]}, ("a", "b"), None),
        ({"a": [0, 1]}, ("a",), None),
        ({"y": ["a|b", "c"]}, ("y",), None),
    ],
)
def test_sets_of_labels_are_recognised(columns, target, found):
    stated = Multilabel.stated(pl.DataFrame({"text": ["some words", "more words"], **columns}), target)
    assert (stated.target if stated else None) == found


def test_gold_has_a_column_a_label():
    task = Multilabel(classes=("a", "b"))
    assert task.gold(rows_of(["b"], [], ["a", "b"])).tolist() == [[0, 1], [0, 0], [1, 1]]
    with pytest.raises(DataError, match=r"row 2 has the label 'z'.*there are: a, b"):
        task.gold(rows_of(["a"], ["z"]))


def test_one_label_alone_is_refused_and_bare_rows_are_told():
    with pytest.raises(DataError, match="only 'a' in 2 rows"):
        Multilabel.check(rows_of(["a"], []), "rows.csv")
    assert "1 of 3 rows have no label" in Multilabel.check(rows_of(["a"], ["b"], []), "rows.csv")[0]


def test_settings_that_speak_of_one_class_are_refused():
    with pytest.raises(SettingError, match=r"positive.*multilabel"):
        Multilabel.infer(rows_of(["a"], ["b"]), positive="a")


def test_labels_may_be_described():
    task = Multilabel.infer(rows_of(["a"], ["b"]), describe={"a": "words"})
    assert task.describe == {"a": "words"}
    with pytest.raises(UnknownName, match="c"):
        Multilabel.infer(rows_of(["a"], ["b"]), describe={"c": "words"})


def test_strata_follow_the_rarest_label_of_a_row():
    strata = Multilabel(classes=("a", "b")).strata(rows_of(["a"], ["a"], ["a", "b"], []))
    assert strata.tolist() == [1, 1, 2, 0]


def test_probabilities_of_windows_are_averaged():
    task = Multilabel(classes=("a", "b"))
    examples = Examples(tokens=np.arange(3), offsets=np.arange(4), owners=np.array([0, 0, 1]))
    logits = np.log(
        np.array([[0.9, 0.2], [0.3, 0.2], [0.4, 0.8]]) / (1 - np.array([[0.9, 0.2], [0.3, 0.2], [0.4, 0.8]]))
    )
    found = task.decode(logits, examples)
    np.testing.assert_allclose(found.probabilities, [[0.6, 0.2], [0.4, 0.8]])
    assert found.answers == [["a"], ["b"]]


def test_the_loss_is_the_mean_binary_cross_entropy():
    outputs, targets = torch.randn(7, 2), (torch.rand(7, 2) < 0.5).float()
    total, weight = Multilabel(classes=("a", "b")).loss(outputs, targets)
    torch.testing.assert_close(total / weight, torch.nn.BCEWithLogitsLoss()(outputs, targets))
