"""Gradual unfreezing against its contract, and the order in which blocks wake."""

from __future__ import annotations

import pytest
import torch

from tests.contracts.resuming import Resuming
from tests.contracts.strategy_contract import StrategyContract, alone


class TestGradual(Resuming, StrategyContract):
    name = "gradual"
    params = {"epochs": 3, "learning_rate": 3e-3, "head_rate": 1e-2}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.5
    longer = {"epochs": 4, "patience": 5}

    @pytest.mark.parametrize(("depth", "epochs"), [(2, 3), (6, 4), (12, 10), (1, 1), (24, 2), (6, 1)])
    def test_cuts_fall_to_nothing_and_never_rise(self, depth, epochs):
        cuts = list(self.strategy().cuts(depth, epochs))
        assert len(cuts) == epochs
        assert cuts == sorted(cuts, reverse=True)
        assert cuts[0] < depth
        assert cuts[-1] == 0

    def test_lower_blocks_wait_for_the_upper_ones(self, start, split, context):
        from headstart.models.open_base import open_backbone

        before = open_backbone(start.base)
        moved = []
        for each in self.strategy(epochs=4, thaw_by=0.5).adapt(start, alone(split), context):
            backbone = each.model.predictor.backbone
            moved.append(
                [
                    not torch.equal(before.block_parameters(index)[0], backbone.block_parameters(index)[0])
                    for index in range(backbone.depth)
                ]
            )
        asleep, some, awake = [False] * 3, [False, True, True], [True] * 3
        assert moved == [asleep, some, awake, awake, awake]

    def test_kept_states_train_the_same_weights_as_reading_everything(
        self, start, split, tmp_path, unseen, monkeypatch
    ):
        from headstart.train import workshop

        cached = self.adapted(start, split, self.context_in(tmp_path / "a", cache=tmp_path / "cache"))
        monkeypatch.setattr(workshop, "states_fit", lambda *sizes, **settings: False)
        uncached = self.adapted(start, split, self.context_in(tmp_path / "b"))
        first, second = (each[-1].model.predict(unseen).probabilities for each in (cached, uncached))
        assert abs(first - second).max() < 1e-4
