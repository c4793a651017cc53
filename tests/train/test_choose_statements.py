"""Which rows are shown before a statement: as many that have the label as lack it, few as those may be."""

from __future__ import annotations

import json
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
from headstart.tasks.multilabel import Multilabel
from headstart.train.choose_statements import choose_statements
from tests.contracts.label_data import LABELS

STATEMENTS, ANSWERS = ("It is cinema.", "It is hardware.", "It is money."), ("yes", "no")
# Most rows are about the first label, one about the second, and none about the third.
SETS = [["cinema"]] * 12 + [[]] * 12 + [["cinema", "hardware"]]


@pytest.fixture
def chosen(tiny_llama, tmp_path):
    texts = [f"the {'film' if each else 'light'} {place % 7}" for place, each in enumerate(SETS)]
    frame = pl.DataFrame({"text": texts, "labels": [json.dumps(each) for each in SETS]})
    rows = Rows.of(frame, Columns(text=("text",), target="labels"))
    split = Split(task=Multilabel(classes=LABELS), train=rows, dev=rows.take([]))
    context = Context(
        seed=0,
        device="cpu",
        precision="float32",
        workdir=tmp_path,
        metric=registry.build("metrics", "label_micro_f1", {}),
    )
    backbone = open_causal(describe(str(tiny_llama)))

    def choose(choice, count, seed=0):
        return choose_statements(backbone, split, replace(context, seed=seed), choice=choice, count=count)

    choose.texts = texts
    return choose


def told(found, asked=1, vectors=None):
    shown = found.before(asked, vectors, statements=STATEMENTS, answers=ANSWERS)
    return [[(each.question.text, each.answer) for each in own] for own in shown]


@pytest.mark.parametrize("choice", ["diversity", "random"])
def test_half_of_those_shown_have_the_label_where_there_are_enough(chosen, choice):
    cinema, hardware, money = told(chosen(choice, 4))
    assert [answer for _, answer in cinema] == ["no", "yes", "no", "yes"]
    assert [answer for _, answer in hardware] == ["no", "no", "no", "yes"]
    assert hardware[-1][0] == "the film 3"
    assert [answer for _, answer in money] == ["no"] * 4
    assert all(("film" in text) == (answer == "yes") for text, answer in cinema)


def test_those_far_apart_hold_no_copy_and_those_never_shown_are_left_out(chosen):
    found = chosen("diversity", 6)
    for own in told(found):
        # Copies stand on either side alone.
        assert len(set(own)) == len(own)
    assert len(found.rows) < len(SETS)
    assert found.vectors is None


def test_a_seed_decides_what_is_drawn_at_random(chosen):
    first, again, other = (told(chosen("random", 4, seed=each)) for each in (0, 0, 1))
    assert first == again
    assert first != other


def test_the_nearest_are_those_of_the_greatest_cosine_without_the_mean(chosen):
    found = chosen("similarity", 2)
    assert found.by_question
    assert len(found.rows) == len(SETS)
    vectors = np.asarray(found.vectors, dtype=np.float64)
    centred = vectors - found.centre
    directions = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    held = np.array([bool(each) for each in SETS])
    for place in (0, 13):
        likeness = directions @ directions[place]
        cinema, *_ = told(found, 1, vectors[[place]])
        assert [answer for _, answer in cinema] == ["no", "yes"]
        for (text, _), mine in zip(cinema, (~held, held), strict=True):
            best = likeness[mine].max()
            alike = [chosen.texts[each] for each in np.flatnonzero(mine & (likeness > best - 1e-3))]
            assert text in alike
