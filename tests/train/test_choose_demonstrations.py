"""Which rows are shown: of each label alike, and far apart where that is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.context import Context
from headstart.core.rows import Columns, Rows
from headstart.core.split import Split
from headstart.models.describe import describe
from headstart.models.open_base import open_causal
from headstart.train.choose_demonstrations import choose_demonstrations
from tests.contracts.small_data import small_task

LABELS = ["cinema", "hardware", "money"]


@pytest.fixture
def chosen(tiny_llama, tmp_path):
    # Of each label many copies of one text and a single other one.
    texts = [f"{label} the same" for label in LABELS for _ in range(9)] + [
        f"{label} other" for label in LABELS
    ]
    frame = pl.DataFrame({"text": texts, "label": [label for label in LABELS for _ in range(9)] + LABELS})
    rows = Rows.of(frame, Columns(text=("text",), target="label"))
    split = Split(task=small_task(), train=rows, dev=rows.take([]))
    context = Context(
        seed=0,
        device="cpu",
        precision="float32",
        workdir=tmp_path,
        metric=registry.build("metrics", "accuracy", {}),
    )
    backbone = open_causal(describe(str(tiny_llama)))

    def choose(choice, count, seed=0):
        return choose_demonstrations(
            backbone,
            split,
            replace(context, seed=seed),
            choice=choice,
            count=count,
            answers=rows.targets,
        )

    return choose


def test_those_far_apart_hold_no_copy(chosen):
    found = chosen("diversity", 6)
    assert {each.question.text for each in found.rows} == {
        f"{one} {two}" for one in LABELS for two in ("the same", "other")
    }
    # No third text is there, so no more can be shown.
    assert len(chosen("diversity", 12).rows) == 6


def test_a_seed_decides_what_is_drawn_at_random(chosen):
    first, again, other = (chosen("random", 6, seed=each) for each in (0, 0, 1))
    assert first.rows == again.rows
    assert first.rows != other.rows
    for each in (first, other):
        assert [one.answer for one in each.rows] == 2 * LABELS


def test_fewer_than_labels_are_of_labels_apart(chosen):
    assert len({each.answer for each in chosen("random", 2).rows}) == 2


def test_the_nearest_are_those_of_the_greatest_cosine_without_the_mean(chosen):
    found = chosen("similarity", 4)
    assert found.by_question
    assert len(found.rows) == 30
    asked = np.asarray(found.vectors[[3, 29]], dtype=np.float64) - found.centre
    known = np.asarray(found.vectors, dtype=np.float64) - found.centre
    cosines = (asked @ known.T) / np.outer(*(np.linalg.norm(each, axis=1) for each in (asked, known)))
    for told, line in zip(found.before(2, np.asarray(found.vectors[[3, 29]])), cosines, strict=True):
        best = sorted(line)[-4:]
        assert [line[found.rows.index(each)] for each in told] == pytest.approx(best, abs=1e-3)
