"""Contrastive tuning against its contract, its limits, and in a chain with other strategies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from headstart import registry
from headstart.models.features import pooled_features
from headstart.models.open_base import open_backbone
from tests.contracts.resuming import Resuming
from tests.contracts.small_data import CLASSES, small_situation
from tests.contracts.strategy_contract import StrategyContract, assert_same

if TYPE_CHECKING:
    from headstart.core.plan import Situation


class TestContrastive(Resuming, StrategyContract):
    name = "contrastive"
    params = {"learning_rate": 1e-3, "steps": 12}
    accuracy = 0.5
    longer = {}

    def test_texts_of_one_class_come_closer_than_those_of_others(self, start, split, context, unseen):
        strategy = self.strategy(steps=30)
        gaps = [gap(each.model, unseen) for each in strategy.adapt(start, split, context)]
        assert gaps[-1] > gaps[0] + 0.05

    def test_a_fit_that_goes_on_repeats_no_checkpoint(self, start, split, tmp_path):
        whole, rest = self.resumed(start, split, tmp_path)
        assert len(rest) == len(whole) - 2

    @pytest.mark.parametrize("order", [("contrastive", "partial"), ("partial", "contrastive")])
    def test_it_chains_with_others_either_way(self, start, split, tmp_path, unseen, order):
        model = start
        for name in order:
            params = self.params if name == self.name else {"epochs": 1, "frozen_blocks": 1}
            strategy = registry.build("strategies", name, params)
            before = None if model.predictor is None else model.predict(unseen)
            after = list(strategy.adapt(model, split, self.context_in(tmp_path / name)))[-1].model
            if before is not None:
                assert_same(model.predict(unseen), before)
            model = after
        assert tuple(step.use for step in model.lineage) == order
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy

    def test_it_learns_in_half_precision_too(self, start, split, tmp_path, unseen):
        context = self.context_in(tmp_path / "a", precision="bfloat16")
        model = self.adapted(start, split, context)[-1].model
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy

    def test_kept_states_train_the_same_weights_as_reading_everything(self, start, split, tmp_path, unseen):
        from headstart.strategies import contrastive

        settings = {"frozen_blocks": 1, "steps": 6}
        cached = self.context_in(tmp_path / "a", cache=tmp_path / "cache")
        first = self.adapted(start, split, cached, **settings)[-1].model.predict(unseen)
        assert list((tmp_path / "cache").rglob("*.features"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(contrastive, "states_fit", lambda *sizes, **where: False)
            second = self.adapted(start, split, self.context_in(tmp_path / "b"), **settings)[-1]
        assert abs(first.probabilities - second.model.predict(unseen).probabilities).max() < 1e-4

    @pytest.mark.parametrize("frozen", [0, 1, 2])
    def test_blocks_below_the_cut_stay_and_those_above_move(self, start, split, context, frozen):
        before = open_backbone(start.base)
        after = self.adapted(start, split, context, frozen_blocks=frozen, steps=2)[-1].model
        moved = [
            not torch.equal(old.block_parameters(index)[0], new.block_parameters(index)[0])
            for old, new in [(before, after.predictor.backbone)]
            for index in range(old.depth)
        ]
        assert moved == [index >= frozen for index in range(before.depth)]

    def test_a_base_without_a_block_to_learn_blocks_it(self, start, split):
        [reason] = self.strategy(frozen_blocks=50).blockers(
            small_situation(split.task, start.base, train_rows=90)
        )
        assert "at least one of them must learn" in reason

    def test_a_loss_that_no_longer_falls_ends_it(self, start, split, context):
        checkpoints = self.adapted(start, split, context, epochs=30, learning_rate=1e-6)
        assert checkpoints[-1].fraction == 1.0
        assert 0 < checkpoints[-1].chosen["epochs"] < 30

    def test_two_rows_in_each_of_two_classes_are_enough(self, start, split, context, unseen):
        rows = split.train.take([0, 1, 3, 4])
        assert sorted(rows.targets) == ["cinema", "cinema", "hardware", "hardware"]
        few = type(split)(task=split.task, train=rows, dev=split.dev.take([]))
        assert self.strategy().blockers(situation(few, start, {"cinema": 2, "hardware": 2})) == ()
        assert len(self.adapted(start, few, context)[-1].model.predict(unseen)) == len(unseen)

    def test_one_row_a_class_blocks_it(self, start, split):
        [reason] = self.strategy().blockers(situation(split, start, dict.fromkeys(CLASSES, 1)))
        assert reason.startswith("classes with 2 training rows or more: 0;")
        [reason] = self.strategy().blockers(situation(split, start, {"cinema": 9, "hardware": 1}))
        assert reason.startswith("classes with 2 training rows or more: 1;")

    def test_many_rows_a_class_block_it_unless_they_are_asked_for(self, start, split):
        many = small_situation(split.task, start.base, train_rows=3000)
        [reason] = self.strategy().blockers(many)
        assert "1000 training rows a class" in reason
        assert self.strategy(most_rows=1000).blockers(many) == ()

    def test_few_rows_are_seen_more_often(self, start, split):
        def seconds_a_row(rows: int) -> float:
            where = small_situation(split.task, start.base, train_rows=rows)
            fixed = self.strategy(epochs=0).cost(where).seconds
            return (self.strategy(epochs=None).cost(where).seconds - fixed) / rows

        assert seconds_a_row(12) > seconds_a_row(120) > seconds_a_row(1200)
        assert seconds_a_row(1200) == pytest.approx(seconds_a_row(12_000))


def situation(split, start, classes: dict[str, int]) -> Situation:
    plain = small_situation(split.task, start.base, train_rows=sum(classes.values()))
    return replace(plain, profile=replace(plain.profile, classes=classes))


def gap(model, rows) -> float:
    """Mean cosine of two texts of one class less that of two of different classes."""
    backbone = model.predictor.backbone
    examples = model.task.encode(rows, backbone.tokenizer, 64)
    vectors = pooled_features(backbone, examples, how="mean", precision="float32", cache=None)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines, same = units @ units.T, examples.targets[:, None] == examples.targets
    others = ~np.eye(len(rows), dtype=bool)
    return float(cosines[same & others].mean() - cosines[~same].mean())
