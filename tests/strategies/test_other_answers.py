"""The strategies that read a base, where a number, several labels, tags or a stretch are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from headstart import registry
from headstart.core.model import Model
from headstart.models.describe import describe
from headstart.predictors.network import Network
from tests.contracts.label_data import LabelContract, label_rows
from tests.contracts.number_contract import NumberContract
from tests.contracts.pair_contract import RankingContract, SimilarityContract
from tests.contracts.small_data import small_situation, small_task
from tests.contracts.span_data import SpanContract
from tests.contracts.tag_data import TagContract

QUICK: dict[str, dict[str, Any]] = {
    "partial": {"epochs": 6, "learning_rate": 3e-3, "head_rate": 1e-2},
    "gradual": {"epochs": 6, "learning_rate": 3e-3, "head_rate": 1e-2},
    "lora": {"epochs": 6, "rank": 4, "learning_rate": 1e-2},
}


class TestProbeOfNumbers(NumberContract):
    name = "probe"
    accuracy = 0.4


class TestProbeOfLabels(LabelContract):
    name = "probe"
    accuracy = 0.5


class TestProbeOfTags(TagContract):
    name = "probe"
    params = {"layer": 1}
    accuracy = 0.8


class TestProbeOfSpans(SpanContract):
    name = "probe"
    params = {"layer": 1}
    accuracy = 0.9


class TestFullOfNumbers(NumberContract):
    name = "full"
    params = {**QUICK["partial"], "epochs": 2}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.4


class TestFullOfTags(TagContract):
    name = "full"
    params = {**QUICK["partial"], "epochs": 2}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.4


class TestFullOfSpans(SpanContract):
    name = "full"
    params = {**QUICK["partial"], "epochs": 2}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.5


class TestProbeOfSimilarities(SimilarityContract):
    name = "probe"


class TestProbeOfRankings(RankingContract):
    name = "probe"
    accuracy = 0.1


class TestFullOfSimilarities(SimilarityContract):
    name = "full"
    params = {**QUICK["partial"], "epochs": 3}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.3


class TestFullOfRankings(RankingContract):
    name = "full"
    params = {**QUICK["partial"], "epochs": 3}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.25


class Others:
    """What the other trained strategies owe: they start from a probe and fit the rows better than it does."""

    def check(self, name, start, split, context, unseen):
        self.name, self.params = name, QUICK[name]
        model = self.adapted(start, split, context)[-1].model
        self.check_predictions(model.predict(unseen), split.task, len(unseen))
        plain = registry.build("strategies", "probe", {"layer": -1, "strength": 1e-3})
        probed = [*plain.adapt(start, split, context)][-1].model
        gold = split.task.gold(split.train)
        fitted, before = (self.quality(each.predict(split.train), gold) for each in (model, probed))
        assert fitted > before
        still = self.adapted(start, split, context, epochs=0)[-1].model
        if still.predict(unseen).values is not None:
            np.testing.assert_allclose(still.predict(unseen).values, probed.predict(unseen).values, atol=1e-4)
        elif still.predict(unseen).confidence is not None:
            assert still.predict(unseen).texts == probed.predict(unseen).texts
        else:
            assert still.predict(unseen).answers == probed.predict(unseen).answers


class NumberCase(Others, NumberContract): ...


class LabelCase(Others, LabelContract): ...


class TagCase(Others, TagContract): ...


class SpanCase(Others, SpanContract): ...


CASES = {"numbers": NumberCase, "labels": LabelCase, "tags": TagCase, "spans": SpanCase}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("strategy", QUICK)
def test_it_learns_from_where_the_probe_ends(strategy, case, tmp_path, tiny_bert):
    its = case()
    split = its.split_of(its.make_rows(90, seed=1), its.make_rows(30, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_bert)))
    its.check(strategy, start, split, its.context_in(tmp_path / "work"), its.make_rows(60, seed=3))


def test_a_layer_below_the_last_is_chosen_where_it_serves_better(tiny_bert, tmp_path):
    its = NumberCase()
    its.name, its.params = "probe", {}
    train = its.make_rows(300, seed=1)
    split = its.split_of(train, its.make_rows(30, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_bert)))
    last = its.adapted(start, split, its.context_in(tmp_path / "work"))[-1]
    assert isinstance(last.model.predictor, Network)
    assert last.chosen["layer"] == last.model.predictor.backbone.depth
    again = its.adapted(start, split, its.context_in(tmp_path / "again"), **last.chosen)[-1]
    rows = its.make_rows(20, seed=5)
    np.testing.assert_allclose(again.model.predict(rows).values, last.model.predict(rows).values, atol=1e-3)


@pytest.mark.parametrize(
    "setting", [{"label_smoothing": 0.1}, {"focal": 1.0}, {"class_weights": "balanced"}, {"r_drop": 1.0}]
)
def test_settings_that_speak_of_one_class_block_it(setting, tiny_bert):
    task = registry.load("tasks", "multilabel").infer(label_rows(40))
    situation = small_situation(task, describe(str(tiny_bert)), train_rows=90)
    said = registry.build("strategies", "full", {**setting, "dropout": 0.1}).blockers(situation)
    assert any(next(iter(setting)) in each and "multilabel" in each for each in said)
    of_classes = replace(situation, task=small_task())
    assert registry.build("strategies", "full", {**setting, "dropout": 0.1}).blockers(of_classes) == ()


@pytest.mark.parametrize("pooling", ["attention", "mix"])
def test_poolings_made_for_one_class_block_the_probe(pooling, tiny_bert):
    task = registry.load("tasks", "multilabel").infer(label_rows(40))
    situation = small_situation(task, describe(str(tiny_bert)), train_rows=90)
    assert registry.build("strategies", "probe", {"pooling": pooling}).blockers(situation)
