"""Labels told by a decoder that is shown labelled rows; conversations have a page of their own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import ClassVar

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.model import Model
from headstart.models.describe import describe
from headstart.models.question import questions
from headstart.tasks.chat import Chat
from headstart.tasks.multilabel import Multilabel
from headstart.train.work import OPENING_S, WRITTEN_AT_ONCE, reading_s, replying_s
from tests.contracts.from_decoder import FromDecoder
from tests.contracts.label_data import LABELS, LabelContract, label_rows
from tests.contracts.small_data import CLASSES, small_situation, small_task
from tests.contracts.strategy_contract import StrategyContract
from tests.tiny import tiny_causal_folder


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
        assert shown[-1].answer == split.train.targets[7]

    @pytest.mark.parametrize("choice", ["diversity", "random"])
    def test_what_all_questions_share_has_as_many_of_each_label(self, start, split, context, choice):
        model = self.adapted(start, split, context, choice=choice, demonstrations=6)[-1].model
        shown = model.predictor.shown
        assert sorted(each.answer for each in shown.rows) == sorted(2 * CLASSES)
        assert len({each.question.text for each in shown.rows}) == 6
        known = dict(zip(split.train.texts, split.train.targets, strict=True))
        assert all(known[each.question.text] == each.answer for each in shown.rows)
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


class ManyLabels(LabelContract):
    """Rows of different texts, and a base that reads enough for some of them."""

    name = "in_context"

    def make_rows(self, rows, *, seed):
        found = label_rows(rows, seed=seed)
        texts = [f"{text} {seed}.{place}" for place, text in enumerate(found.texts)]
        return replace(found, frame=found.frame.with_columns(pl.Series("text", texts)))

    @pytest.fixture(scope="class")
    def wide(self, tmp_path_factory):
        folder = tmp_path_factory.mktemp("wide")
        return tiny_causal_folder(folder, max_position_embeddings=640, initializer_range=0.05)

    @pytest.fixture
    def start(self, split, wide):
        return Model(task=split.task, predictor=None, base=describe(str(wide)))

    @pytest.fixture
    def unseen(self):
        return self.make_rows(8, seed=3)


class TestInContextJudged(ManyLabels):
    """Each label of a row is asked for by itself, after rows that have it and rows that lack it."""

    params: ClassVar = {"demonstrations": 2, "instruction": "True?"}
    dev_rows = 12

    @pytest.mark.parametrize("choice", ["similarity", "diversity", "random"])
    def test_prompts_carry_rows_of_the_training_data_and_never_the_row_itself(
        self, start, split, context, choice
    ):
        predictor = self.adapted(start, split, context, choice=choice)[-1].model.predictor
        known = dict(zip(split.train.texts, map(json.loads, split.train.targets), strict=True))
        (prompts,) = predictor.prompts(questions(split.dev))
        for place, (shown, ids) in enumerate(zip(prompts.shown, prompts.tokens, strict=True)):
            text, label = split.dev.texts[place // len(LABELS)], LABELS[place % len(LABELS)]
            said = predictor.backbone.tokenizer.decode(ids)
            assert [each.answer for each in shown] == ["no", "yes"]
            for each in shown:
                assert each.question.text != text
                assert (label in known[each.question.text]) == (each.answer == "yes")
                about = f"Text: {each.question.text}\nStatement: This text is about {label}.\nAnswer:"
                assert f"{about} {each.answer}\n\n" in said
            assert said.endswith(f"Text: {text}\nStatement: This text is about {label}.\nAnswer:")

    def test_a_label_of_one_row_is_seen_affirmed(self, start, split, context):
        held = split.task.gold(split.train)[:, 2] > 0.5
        rare = split.train.take(np.concatenate([np.flatnonzero(~held), np.flatnonzero(held)[:1]]))
        few = replace(split, train=rare)
        for choice in ("similarity", "diversity", "random"):
            predictor = self.adapted(start, few, context, choice=choice, demonstrations=4)[-1].model.predictor
            (prompts,) = predictor.prompts(questions(split.dev))
            for shown in prompts.shown[2 :: len(LABELS)]:
                assert [each.answer for each in shown] == [*["no"] * (len(shown) - 1), "yes"]
                assert shown[-1].question.text == rare.texts[-1]

    def test_the_number_is_found_on_dev_rows_among_those_that_fit(self, start, split, context):
        last = self.adapted(start, split, context, demonstrations=None, choice="random")[-1]
        assert last.chosen["demonstrations"] in (2, 4)
        assert last.model.predictor.shown.count == last.chosen["demonstrations"]

    def test_what_the_prompts_come_to_is_told(self, start, split, context, unseen):
        two, one = (
            self.adapted(start, split, context, demonstrations=count)[-1].model.predictor for count in (2, 1)
        )
        assert two.prompt_figures(unseen).shown == 2.0
        assert two.prompt_figures(unseen).tokens > one.prompt_figures(unseen).tokens > 0

    def test_template_and_words_of_labels_can_be_said(self, start, split, context):
        task = Multilabel(classes=LABELS, describe={"money": "bills"})
        model = self.adapted(start, replace(split, task=task), context, template="It has {}.")[-1].model
        (prompts,) = model.predictor.prompts(questions(split.dev.take([0])))
        tails = [each.question.tail for shown in prompts.shown for each in shown]
        assert tails == [
            f"Statement: It has {each}." for each in ("cinema", "hardware", "bills") for _ in "ab"
        ]


class TestInContextListed(ManyLabels):
    """Rows with all of their labels stand before a question whose answer is a list."""

    params: ClassVar = {"demonstrations": 2, "answer": "generated", "choice": "random"}
    dev_rows = 6

    def test_lists_are_shown_as_they_are_to_be_written(self, start, split, context):
        predictor = self.adapted(start, split, context, choice="similarity")[-1].model.predictor
        known = dict(zip(split.train.texts, map(json.loads, split.train.targets), strict=True))
        for shown in predictor.prompts(split.dev).shown:
            assert len(shown) == 2
            for each in shown:
                assert each.answer == (", ".join(known[each.question.text]) or "none")
        assert predictor.instruction.startswith("Name all labels that fit the text with commas between them")

    @pytest.mark.parametrize("choice", ["diversity", "random"])
    def test_what_all_texts_share_has_rows_of_each_label_and_without_any(self, start, split, context, choice):
        model = self.adapted(start, split, context, choice=choice, demonstrations=4)[-1].model
        answers = [each.answer for each in model.predictor.shown.rows]
        assert len(answers) == 4
        assert all(any(label in each for each in answers) for label in (*LABELS, "none"))


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
    assert {each.answer for each in last.model.predictor.shown.rows} == {"money"}


def test_an_encoder_is_answered_with_what_would_do(tiny_bert):
    situation = small_situation(small_task(), describe(str(tiny_bert)), train_rows=90)
    [reason] = registry.build("strategies", "in_context", {}).blockers(situation)
    assert "is an encoder (bert) and can't go on with a text" in reason
    assert "Llama" in reason


@pytest.mark.parametrize("params", [{}, {"choice": "random"}, {"answer": "generated"}])
def test_any_number_of_labels_is_asked_for_where_they_have_words_and_the_base_can_be_asked(
    tiny_llama, tiny_bert, params
):
    def reasons(base, *classes, **more):
        situation = small_situation(Multilabel(classes=classes), describe(str(base)), train_rows=90)
        return registry.build("strategies", "in_context", {**params, **more}).blockers(situation)

    assert reasons(tiny_llama, "good", "bad") == ()
    assert "--describe 0=" in reasons(tiny_llama, "0", "1")[0]
    many = tuple(f"{one}{other}{third}x" for one in "abcdefgh" for other in "abcde" for third in "klm")
    assert "100 labels at most, and there are 120" in reasons(tiny_llama, *many)[0]
    assert "no room for a text" in reasons(tiny_llama, "good", "bad", instruction="well " * 200)[0]
    [reason] = reasons(tiny_bert, "good", "bad")
    assert "is an encoder (bert) and can't go on with a text" in reason


@pytest.mark.parametrize("task", [small_task(), Multilabel(classes=LABELS)])
def test_more_demonstrations_cost_more_and_shared_ones_less(tiny_llama, task):
    situation = small_situation(task, describe(str(tiny_llama)), train_rows=900)

    def seconds(**params):
        return registry.build("strategies", "in_context", params).cost(situation).seconds

    assert seconds(demonstrations=1) < seconds(demonstrations=8)
    assert seconds(demonstrations=8, choice="random") < seconds(demonstrations=8)
    asked = registry.build("strategies", "zero_shot", {}).cost(situation).seconds
    assert asked < seconds(demonstrations=1)


def test_answers_are_written_once_whatever_is_shown_before_them(tiny_llama):
    """What is shown is read, and takes no part of the time of a pass a token."""
    situation = small_situation(Chat(length_ratio=1.5), describe(str(tiny_llama)), train_rows=900)
    unlabelled = replace(situation.profile, classes={})
    situation = replace(situation, predict_rows=2 * WRITTEN_AT_ONCE, profile=unlabelled)
    few, many = (
        registry.build("strategies", "in_context", {"demonstrations": shown}).cost(situation).seconds
        for shown in (1, 4)
    )
    untouched = registry.build("strategies", "zero_shot", {}).cost(situation).seconds
    read_s = reading_s(situation, situation.predict_rows)
    written_s = replying_s(situation, situation.predict_rows) - 2 * read_s
    # Two whole batches, and one of a few rows that warm up.
    assert untouched - OPENING_S == pytest.approx(1.5 * written_s + 3 * read_s, rel=0.1)
    assert many - few == pytest.approx(3 * (few - untouched), rel=0.1)
    assert few - untouched < 4 * read_s
