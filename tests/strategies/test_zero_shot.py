"""Zero-shot against its contract, and when it can't be measured."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from scipy.special import logit
from sklearn.metrics import f1_score

from headstart import registry
from headstart.core.model import Model
from headstart.errors import BaseError
from headstart.evaluation.decide import Wish, decide
from headstart.models.describe import describe
from headstart.strategies.zero_shot import ZeroShot
from headstart.tasks.classification import Classification
from headstart.tasks.multilabel import Multilabel
from tests.contracts.from_decoder import FromDecoder
from tests.contracts.label_data import LABELS, LabelContract
from tests.contracts.small_data import small_situation
from tests.contracts.strategy_contract import StrategyContract, assert_same
from tests.tiny import tiny_base_folder, tiny_causal_folder


class TestZeroShot(StrategyContract):
    name = "zero_shot"


def reasons(tmp_path, *classes, family="bert", **told):
    base = describe(str(tiny_base_folder(tmp_path, family)))
    return ZeroShot().blockers(
        small_situation(Classification(classes=classes, describe=told), base, train_rows=90)
    )


@pytest.mark.parametrize(
    "classes", [("0", "1"), ("A", "B"), ("LABEL_0", "LABEL_1"), ("c1", "c2"), ("-1", "1")]
)
def test_labels_without_words_block_it_and_the_message_says_what_to_do(tmp_path, classes):
    [reason] = reasons(tmp_path, *classes)
    assert f"--describe {classes[0]}=" in reason


@pytest.mark.parametrize(
    "classes", [("no", "yes"), ("card_lost", "cardFound"), ("正", "負"), ("urgent", "not urgent")]
)
def test_labels_with_words_do_not(tmp_path, classes):
    assert reasons(tmp_path, *classes) == ()


def test_descriptions_take_the_place_of_names(tmp_path):
    assert reasons(tmp_path, "0", "1", **{"0": "negative", "1": "positive"}) == ()
    [reason] = reasons(tmp_path, "0", "1", **{"0": "negative"})
    assert "'1'" in reason
    assert "'0'" not in reason


def test_what_neither_compares_nor_answers_blocks_it_and_the_kinds_that_do_are_named(tiny_t5):
    situation = small_situation(
        Classification(classes=("good", "bad")), describe(str(tiny_t5)), train_rows=90
    )
    [reason] = ZeroShot().blockers(situation)
    assert "encoder-decoder" in reason
    assert "name an encoder or a decoder with --base" in reason


class TestAskedDecoder(FromDecoder, StrategyContract):
    """A decoder is asked in words."""

    name = "zero_shot"

    def test_it_goes_on_to_a_strategy_that_learns_and_stays_as_it_is(self, start, split, context, unseen):
        asked = self.adapted(start, split, context)[-1].model
        before = asked.predict(unseen)
        params = {"epochs": 1, "batch_size": 32, "learning_rate": 1e-2}
        *_, learnt = registry.build("strategies", "full", params).adapt(asked, split, context)
        assert registry.name_of(learnt.model.predictor) == "network"
        assert_same(asked.predict(unseen), before)

    def test_descriptions_stand_in_the_question(self, start, split, context):
        task = Classification(classes=split.task.classes, describe={"money": "bills and payments"})
        model = self.adapted(start, replace(split, task=task), context)[-1].model
        assert "- money: bills and payments" in model.predictor.instruction
        assert model.predictor.words == ("cinema", "hardware", "money")

    def test_calibration_can_be_turned_off(self, start, split, context, unseen):
        on, off = (self.adapted(start, split, context, calibrated=each)[-1].model for each in (True, False))
        assert (on.predictor.mean, off.predictor.mean) == (False, True)
        summed = self.adapted(start, split, context, calibrated=False, scoring="sum")[-1].model
        told = [np.log(each.predict(unseen).probabilities) for each in (on, summed)]
        # It moves each label by the same for all rows, and so leaves what rows differ in.
        shift = (told[0] - told[1]) - (told[0] - told[1])[:, :1]
        np.testing.assert_allclose(shift, np.tile(shift[0], (len(unseen), 1)), atol=1e-4)
        assert np.abs(shift).max() > 1e-3


class TestWrittenByDecoder(TestAskedDecoder):
    """A decoder writes an answer, which is read."""

    params: ClassVar = {"answer": "generated"}

    @pytest.fixture
    def unseen(self):
        return self.make_rows(24, seed=3)

    def test_calibration_can_be_turned_off(self, start, split, context, unseen):
        # There is nothing to calibrate in what is written.
        on, off = (self.adapted(start, split, context, calibrated=each)[-1].model for each in (True, False))
        assert_same(on.predict(unseen), off.predict(unseen))

    def test_what_names_no_label_gets_the_shares_of_the_training_rows(self, start, split, context, unseen):
        few = split.train.take(np.flatnonzero(np.array(split.train.targets) != "money"))
        model = self.adapted(start, replace(split, train=few), context)[-1].model
        # 30 rows of two labels and none of the third, by the rule of succession.
        assert model.predictor.shares == pytest.approx((31 / 63, 31 / 63, 1 / 63))
        # A random base writes nothing that a person could read.
        figures = model.predictor.prompt_figures(unseen)
        assert figures.unread == len(unseen)
        np.testing.assert_allclose(
            model.predict(unseen).probabilities, np.tile(model.predictor.shares, (24, 1)), atol=1e-12
        )

    def test_a_way_to_add_up_likelihoods_blocks_it(self, start, split):
        [reason] = self.strategy(scoring="mean").blockers(self.situation(split, start.base, 90))
        assert "scoring=mean" in reason
        assert "answer=likelihood" in reason

    def test_writing_costs_more_than_reading(self, start, split):
        situation = self.situation(split, start.base, 900)
        written, read = (self.strategy(answer=each).cost(situation) for each in ("generated", "likelihood"))
        assert written.seconds > read.seconds


class TestJudgedByDecoder(FromDecoder, LabelContract):
    """A decoder is asked yes or no of each label where a row may have several."""

    name = "zero_shot"

    @pytest.fixture
    def unseen(self):
        return self.make_rows(24, seed=3)

    def test_descriptions_stand_in_the_statements(self, start, split, context):
        task = Multilabel(classes=LABELS, describe={"money": "bills and payments"})
        model = self.adapted(start, replace(split, task=task), context)[-1].model
        assert model.predictor.statements == (
            "This text is about cinema.",
            "This text is about hardware.",
            "This text is about bills and payments.",
        )
        assert model.predictor.instruction.endswith("Answer yes or no.")
        model = self.adapted(start, split, context, template="It has {}.", instruction="Well?")[-1].model
        assert model.predictor.statements[0] == "It has cinema."
        assert model.predictor.instruction == "Well?"

    def test_calibration_can_be_turned_off(self, start, split, context, unseen):
        on, off = (
            self.adapted(start, split, context, calibrated=each)[-1].model.predict(unseen)
            for each in (True, False)
        )
        # It moves each label's odds by the same for all rows.
        shift = logit(on.probabilities) - logit(off.probabilities)
        np.testing.assert_allclose(shift, np.tile(shift[0], (24, 1)), atol=1e-4)
        assert np.abs(shift).max() > 1e-3

    def test_thresholds_are_set_on_dev_rows_as_for_every_model_of_labels(self, start, split, context):
        model = self.adapted(start, split, context)[-1].model
        gold, raw = split.task.gold(split.dev), model.predictor.predict(split.dev)
        decided = decide(raw, gold, Wish(), metric=context.metric).apply(raw)
        before, after = (
            f1_score(gold, each.chosen, average=None, zero_division=0) for each in (raw, decided)
        )
        # Labels of ten rows and more have thresholds of their own.
        enough = gold.sum(axis=0) >= 10
        assert enough.any()
        assert (after[enough] >= before[enough]).all()
        assert decided.chosen.any()

    def test_more_labels_cost_more(self, start, split):
        few, many = (
            self.strategy().cost(
                self.situation(replace(split, task=Multilabel(classes=names)), start.base, 900)
            )
            for names in (LABELS, tuple(f"{one}{other}x" for one in "abcdef" for other in "ghij"))
        )
        assert few.seconds < many.seconds


class TestListedByDecoder(FromDecoder, LabelContract):
    """A decoder writes a list of labels, which is read."""

    name = "zero_shot"
    params: ClassVar = {"answer": "generated"}
    dev_rows = 12

    @pytest.fixture
    def unseen(self):
        return self.make_rows(12, seed=3)

    def test_what_names_no_label_gets_the_shares_of_the_training_rows(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        held = split.task.gold(split.train) > 0.5
        shares = (held.sum(axis=0) + 1) / (len(held) + 2)
        # A random base writes nothing that a person could read.
        assert model.predictor.prompt_figures(unseen).unread == len(unseen)
        np.testing.assert_allclose(model.predict(unseen).probabilities, np.tile(shares, (12, 1)), atol=1e-12)

    def test_it_has_room_for_as_many_labels_as_rows_have(self, start, split, context):
        few = split.train.take(np.flatnonzero(split.task.gold(split.train).sum(axis=1) < 2))
        one, all_three = (
            self.adapted(start, replace(split, train=train), context)[-1].model.predictor.prompt
            for train in (few, split.train)
        )
        assert one.longest < all_three.longest

    def test_writing_costs_more_than_saying_yes_or_no_of_a_few(self, start, split):
        situation = self.situation(split, start.base, 900)
        written, read = (self.strategy(answer=each).cost(situation) for each in ("generated", "likelihood"))
        assert written.seconds > read.seconds


def judged(base, classes, **params):
    return ZeroShot(**params).blockers(small_situation(Multilabel(classes=classes), base, train_rows=90))


def test_labels_are_asked_for_where_they_have_words_and_the_base_can_be_asked(tiny_llama, tiny_bert):
    base = describe(str(tiny_llama))
    assert judged(base, ("good", "bad")) == ()
    assert "--describe 0=" in judged(base, ("0", "1"))[0]
    assert judged(base, ("good", "bad"), answer="generated") == ()
    assert "put {} where its words go" in judged(base, ("good", "bad"), template="It is good.")[0]
    long = "good {} " * 100
    assert "leaves no room for a text" in judged(base, ("good", "bad"), template=long)[0]
    many = tuple(f"{one}{other}{third}x" for one in "abcdefgh" for other in "abcde" for third in "klm")
    assert "of 100 labels at most, and there are 120" in judged(base, many)[0]
    [reason] = judged(describe(str(tiny_bert)), ("good", "bad"))
    assert "is an encoder (bert) and can't go on with a text" in reason


def asked_of(folder, classes, **told):
    base = describe(str(folder))
    return ZeroShot().blockers(
        small_situation(Classification(classes=classes, describe=told), base, train_rows=90)
    )


def test_a_decoder_needs_words_and_room_for_them(tiny_llama):
    assert asked_of(tiny_llama, ("good", "bad")) == ()
    assert "--describe 0=" in asked_of(tiny_llama, ("0", "1"))[0]
    assert asked_of(tiny_llama, ("0", "1"), **{"0": "negative", "1": "positive"}) == ()
    long = " ".join(["bad"] * 400)
    assert "leave no room for a text" in asked_of(tiny_llama, ("good", "bad"), bad=long)[0]
    many = tuple(f"{one}{other}{third}x" for one in "abcdefgh" for other in "abcde" for third in "klm")
    [reason] = asked_of(tiny_llama, many)
    assert "names 100 labels at most, and there are 120" in reason


def test_a_base_that_reads_too_little_for_the_question_says_so(tmp_path):
    its = TestAskedDecoder()
    split = its.split_of(its.make_rows(12, seed=1), its.make_rows(6, seed=2))
    folder = tiny_causal_folder(tmp_path, max_position_embeddings=64)
    start = Model(task=split.task, predictor=None, base=describe(str(folder)))
    with pytest.raises(BaseError, match=r"its 3 labels take .* tokens without any text, and .* reads 64"):
        its.adapted(start, split, its.context_in(tmp_path / "work"))
