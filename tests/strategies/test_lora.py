"""Adapters against their contract, merged and unmerged, and in the format of peft."""

from __future__ import annotations

from tests.contracts.strategy_contract import StrategyContract, assert_same


class LoraContract(StrategyContract):
    name = "lora"
    params = {"epochs": 2, "learning_rate": 1e-2, "head_rate": 1e-2, "rank": 4}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.5

    def test_a_fit_goes_on_from_a_checkpoint_as_if_it_had_not_stopped(self, start, split, tmp_path, unseen):
        import copy

        strategy = self.strategy(epochs=3, patience=5)
        states, last = [], None
        for last in strategy.adapt(start, split, self.context_in(tmp_path / "a")):
            states.append(copy.deepcopy(dict(last.state)))
        resumed = list(strategy.adapt(start, split, self.context_in(tmp_path / "b"), state=states[1]))
        assert_same(resumed[-1].model.predict(unseen), last.model.predict(unseen))
        assert resumed[-1].chosen == last.chosen


class TestLora(LoraContract):
    pass


class TestDora(LoraContract):
    params = {**LoraContract.params, "method": "dora"}


class TestRslora(LoraContract):
    params = {**LoraContract.params, "method": "rslora"}


class TestAdalora(LoraContract):
    params = {**LoraContract.params, "method": "adalora", "batch_size": 4}


class TestIa3(LoraContract):
    params = {**LoraContract.params, "method": "ia3"}


class TestBitfit(LoraContract):
    params = {**LoraContract.params, "method": "bitfit"}
