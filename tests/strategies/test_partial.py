"""Partial fine-tuning against its contract, and that kept states change nothing but the time."""

from __future__ import annotations

import pytest
import torch

from tests.contracts.resuming import Resuming
from tests.contracts.small_data import small_situation
from tests.contracts.strategy_contract import StrategyContract, alone


class TestPartial(Resuming, StrategyContract):
    name = "partial"
    params = {"epochs": 2, "learning_rate": 3e-3, "head_rate": 1e-2, "frozen_blocks": 1}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.5

    def test_blocks_below_the_cut_stay_and_those_above_move(self, start, split, context):
        from headstart.models.open_base import open_backbone

        after = self.adapted(start, alone(split), context)[-1].model.predictor.backbone
        before = open_backbone(start.base)
        moved = [
            not all(
                torch.equal(old, new)
                for old, new in zip(
                    before.block_parameters(index), after.block_parameters(index), strict=True
                )
            )
            for index in range(after.depth)
        ]
        assert moved == [False] + [True] * (after.depth - 1)

    def test_kept_states_train_the_same_weights_as_reading_everything(
        self, start, split, tmp_path, unseen, monkeypatch
    ):
        from headstart.train import workshop

        cached = self.adapted(start, split, self.context_in(tmp_path / "a", cache=tmp_path / "cache"))
        assert list((tmp_path / "cache").rglob("*.features"))
        in_memory = self.adapted(start, split, self.context_in(tmp_path / "b"))
        monkeypatch.setattr(workshop, "states_fit", lambda *sizes, **settings: False)
        uncached = self.adapted(start, split, self.context_in(tmp_path / "c"))
        expected = uncached[-1].model.predict(unseen).probabilities
        for found in (cached, in_memory):
            difference = abs(found[-1].model.predict(unseen).probabilities - expected).max()
            assert difference < 1e-4
            assert found[-1].chosen == uncached[-1].chosen

    def test_fewer_learning_blocks_cost_less(self, start, split):
        situation = small_situation(split.task, start.base, train_rows=5000)
        few, many = (
            self.strategy(frozen_blocks=frozen, epochs=6).cost(situation).seconds
            for frozen in (start.base.shape.blocks - 1, 0)
        )
        assert few < many

    def test_blocks_that_learn_may_be_counted_from_the_top(self, start):
        shape = start.base.shape
        for learning in (1, 2):
            from_top = self.strategy(frozen_blocks=-learning)
            assert from_top.learning(shape) == self.strategy(frozen_blocks=shape.blocks - learning).learning(
                shape
            )
            assert from_top.cuts(shape.blocks, 2) == [shape.blocks - learning] * 2
        assert self.strategy(frozen_blocks=-90).cuts(shape.blocks, 1) == [0]

    def test_a_factor_multiplies_the_rate_by_rule_and_not_the_one_that_was_said(self, split):
        free = {"learning_rate": None}
        usual = self.strategy(**free).pace(split.task, 90)
        assert self.strategy(**free, rate_factor=0.5).pace(split.task, 90).rate == usual.rate * 0.5
        assert self.strategy(rate_factor=0.5).pace(split.task, 90).rate == self.params["learning_rate"]

    def test_a_training_may_go_on_at_another_rate(self, start, split, tmp_path, unseen):
        import copy

        # Smoothed labels would pull on at any rate.
        plain = {"epochs": 2, "label_smoothing": 0.0}
        states = [
            copy.deepcopy(dict(each.state))
            for each in self.strategy(**plain).adapt(start, split, self.context_in(tmp_path / "a"))
        ]

        def resumed(name, **params):
            strategy = self.strategy(**plain, **params)
            run = strategy.adapt(start, split, self.context_in(tmp_path / name), state=states[1])
            return list(run)[-1].model.predict(unseen).probabilities

        before = resumed("b", learning_rate=1e-6, head_rate=1e-6, weight_decay=0.0)
        still = resumed("c", learning_rate=2e-6, head_rate=1e-6, weight_decay=0.0)
        moved = resumed("d")
        assert abs(still - before).max() < 1e-3 < abs(moved - before).max()

    def test_a_base_without_a_block_to_learn_blocks_it(self, start, split):
        situation = small_situation(split.task, start.base, train_rows=90)
        [reason] = self.strategy(frozen_blocks=50).blockers(situation)
        assert "at least one of them must learn" in reason

    @pytest.mark.parametrize("precision", ["bfloat16"])
    def test_it_learns_in_half_precision_too(self, start, split, tmp_path, unseen, precision):
        context = self.context_in(tmp_path / "a", precision=precision, cache=tmp_path / "cache")
        model = self.adapted(start, split, context)[-1].model
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy
