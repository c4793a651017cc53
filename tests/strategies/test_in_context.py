"""Labels told by a decoder that is shown labelled rows; conversations have a page of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from headstart import registry
from headstart.core.model import Model
from headstart.models.describe import describe
from tests.contracts.from_decoder import FromDecoder
from tests.contracts.small_data import CLASSES, small_situation, small_task
from tests.contracts.strategy_contract import StrategyContract


class TestInContext(FromDecoder, StrategyContract):
    name = "in_context"
    params = {"demonstrations": 1}

    @pytest.fixture
    def unseen(self):
        return self.make_rows(24, seed=3)

    def test_the_number_is_found_on_dev_rows_among_those_that_fit(self, start, split, context):
        last = self.adapted(start, split, context, demonstrations=None)[-1]
        # A prompt of these bytes has room for two, as the base reads 256.
        assert last.chosen["demonstrations"] in (1, 2)
        assert last.model.predictor.shown.count == last.chosen["demonstrations"]

    def test_the_nearest_rows_are_shown_the_nearest_last(self, start, split, context):
        predictor = self.adapted(start, split, context, demonstrations=2)[-1].model.predictor
        # A row is nearest to itself.
        (shown,) = predictor.prompts(split.train.take([7])).shown
        assert len(predictor.shown.rows) == len(split.train)
        assert shown[-1].question.text == split.train.texts[7]
        assert CLASSES[shown[-1].label] == split.train.targets[7]

    @pytest.mark.parametrize("choice", ["diversity", "random"])
    def test_what_all_questions_share_has_as_many_of_each_label(self, start, split, context, choice):
        model = self.adapted(start, split, context, choice=choice, demonstrations=6)[-1].model
        shown = model.predictor.shown
        assert sorted(each.label for each in shown.rows) == [0, 0, 1, 1, 2, 2]
        assert len({each.question.text for each in shown.rows}) == 6
        known = dict(zip(split.train.texts, split.train.targets, strict=True))
        assert all(known[each.question.text] == CLASSES[each.label] for each in shown.rows)
        assert not shown.by_question

    @pytest.mark.parametrize("choice", ["diversity", "random"])
    def test_it_predicts_and_ships_whatever_the_choice(self, start, split, context, choice, tmp_path, unseen):
        model = self.adapted(start, split, context, choice=choice, demonstrations=2)[-1].model
        (tmp_path / "saved").mkdir()
        config = model.predictor.save(tmp_path / "saved")
        again = registry.load("predictors", "label_likelihood").load(tmp_path / "saved", config, split.task)
        np.testing.assert_array_equal(
            again.predict(unseen).probabilities, model.predictor.predict(unseen).probabilities
        )


class TestInContextWritten(FromDecoder, StrategyContract):
    """What is shown before a question whose answer is written."""

    name = "in_context"
    params: ClassVar = {"demonstrations": 1, "answer": "generated", "choice": "random"}

    @pytest.fixture
    def unseen(self):
        return self.make_rows(12, seed=3)

    def test_the_number_is_found_on_dev_rows_among_those_that_fit(self, start, split, context):
        few = replace(split, dev=split.dev.take(range(4)))
        last = self.adapted(start, few, context, demonstrations=None)[-1]
        assert last.chosen["demonstrations"] == last.model.predictor.shown.count == 3


def test_rows_of_one_label_alone_are_shown_as_they_are(tiny_llama, tmp_path):
    its = TestInContext()
    rows = its.make_rows(30, seed=1)
    split = its.split_of(
        rows.take(np.flatnonzero(np.array(rows.targets) == "money")), its.make_rows(6, seed=2)
    )
    split = replace(split, task=small_task())
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_llama)))
    last = its.adapted(start, split, its.context_in(tmp_path / "work"), choice="diversity", demonstrations=4)[
        -1
    ]
    assert {each.label for each in last.model.predictor.shown.rows} == {2}


def test_an_encoder_is_answered_with_what_would_do(tiny_bert):
    situation = small_situation(small_task(), describe(str(tiny_bert)), train_rows=90)
    [reason] = registry.build("strategies", "in_context", {}).blockers(situation)
    assert "is an encoder (bert) and can't go on with a text" in reason
    assert "Llama" in reason


def test_more_demonstrations_cost_more_and_shared_ones_less(tiny_llama):
    situation = small_situation(small_task(), describe(str(tiny_llama)), train_rows=900)

    def seconds(**params):
        return registry.build("strategies", "in_context", params).cost(situation).seconds

    assert seconds(demonstrations=1) < seconds(demonstrations=8)
    assert seconds(demonstrations=8, choice="random") < seconds(demonstrations=8)
    asked = registry.build("strategies", "zero_shot", {}).cost(situation).seconds
    assert asked < seconds(demonstrations=1)
