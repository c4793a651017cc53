"""Labels that are not taken for quite certain."""

from __future__ import annotations

import polars as pl
import pytest

from headstart import registry
from headstart.core.rows import Columns, Rows
from headstart.core.split import Split
from headstart.train.smoothed import USUAL
from tests.contracts.small_data import small_rows, small_task

STRATEGIES = ("full", "partial", "gradual", "lora")


@pytest.mark.parametrize("name", STRATEGIES)
def test_labels_are_smoothed_unless_one_says_otherwise(name):
    rows = small_rows(12)
    split = Split(task=small_task(), train=rows, dev=rows.take([]))
    assert registry.build("strategies", name, {}).loss_shape(split).label_smoothing == USUAL
    plain = registry.build("strategies", name, {"label_smoothing": 0.0})
    assert plain.loss_shape(split).label_smoothing == 0.0


@pytest.mark.parametrize("name", STRATEGIES)
def test_other_answers_are_not_smoothed(name):
    frame = pl.DataFrame({"text": ["x", "y", "z"], "labels": ['["a"]', '["a", "b"]', "[]"]})
    rows = Rows.of(frame, Columns(text=("text",), target="labels"))
    split = Split(task=registry.load("tasks", "multilabel").infer(rows), train=rows, dev=rows.take([]))
    assert registry.build("strategies", name, {}).loss_shape(split).label_smoothing == 0.0
