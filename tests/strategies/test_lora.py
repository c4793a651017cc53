"""Adapters against their contract, merged and unmerged, and in the format of peft."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from peft import PeftModel
from transformers import AutoModel

from headstart import registry
from headstart.core.model import Model
from headstart.errors import SettingError
from headstart.models.describe import describe
from headstart.models.open_base import open_backbone
from headstart.predictors.network import Network
from headstart.train.adapted import Adapted
from tests.contracts.resuming import Resuming
from tests.contracts.small_data import small_situation
from tests.contracts.strategy_contract import StrategyContract, alone, assert_same, saved
from tests.tiny import tiny_base_folder

METHODS = ("lora", "dora", "rslora", "adalora", "ia3", "bitfit")


def states(network) -> torch.Tensor:
    """The last states of a few tokens."""
    with torch.no_grad():
        return network.eval()(input_ids=torch.arange(5, 14)[None]).last_hidden_state


class LoraContract(Resuming, StrategyContract):
    name = "lora"
    params = {"epochs": 2, "learning_rate": 1e-2, "head_rate": 1e-2, "rank": 4}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.5


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


class TestLora(LoraContract):
    def test_adapters_are_merged_where_the_model_is_asked_for(self, start, split, context, monkeypatch):
        merges, merged = [], Adapted.merged
        monkeypatch.setattr(Adapted, "merged", lambda self: merges.append(1) or merged(self))
        checkpoints = self.adapted(start, alone(split), context)
        assert len(checkpoints) > 1
        assert merges == []
        assert checkpoints[-1].model is checkpoints[-1].model
        assert merges == [1]

    def test_between_epochs_dev_rows_are_read_without_merging(self, start, split, context, monkeypatch):
        merges, merged = [], Adapted.merged
        monkeypatch.setattr(Adapted, "merged", lambda self: merges.append(1) or merged(self))
        *_, last = self.adapted(start, split, context, epochs=4)
        assert len(last.curve.points) == 5
        # As it was, and as it ends: all rows, as it would ship.
        assert len(merges) == 2

    def test_the_bundle_holds_a_plain_backbone_and_the_adapter_for_the_base(
        self, start, split, context, tmp_path
    ):
        model = self.adapted(start, alone(split), context)[-1].model
        folder = saved(model, tmp_path)
        merged = AutoModel.from_pretrained(folder / "backbone")
        assert not any("lora" in name for name in merged.state_dict())
        base = AutoModel.from_pretrained(start.base.folder)
        before = states(base)
        opened = PeftModel.from_pretrained(base, folder / "adapter")
        torch.testing.assert_close(states(opened), states(merged), atol=2e-5, rtol=1e-4)
        assert (states(merged) - before).abs().max() > 1e-3
        config = json.loads((folder / "adapter" / "adapter_config.json").read_text())
        assert config["base_model_name_or_path"] == start.base.name
        again = Network.load(folder, {"max_length": 16, "precision": "float32"}, split.task)
        assert again.backbone.adapter.config == config

    @pytest.mark.parametrize("method", ["lora", "rslora"])
    def test_the_mean_of_several_fits_ships_one_adapter_for_the_base(self, method, start, split, tmp_path):
        fits = [
            self.adapted(start, alone(split), self.context_in(tmp_path / str(rank)), method=method, rank=rank)
            for rank in (2, 4)
        ]
        mean = registry.build("combine", "soup", {}).build([each[-1].model for each in fits], [0.25, 0.75])
        folder = saved(mean, tmp_path)
        merged = AutoModel.from_pretrained(folder / "backbone")
        base = AutoModel.from_pretrained(start.base.folder)
        opened = PeftModel.from_pretrained(base, folder / "adapter")
        torch.testing.assert_close(states(opened), states(merged), atol=2e-5, rtol=1e-4)
        first = fits[0][-1].model.predictor.backbone.network
        assert (states(merged) - states(first)).abs().max() > 1e-3

    @pytest.mark.parametrize("before", ["probe", "zero_shot", "lora"])
    def test_the_adapter_is_kept_where_it_goes_with_the_base_as_published(
        self, before, start, split, tmp_path
    ):
        params = {"lora": self.params, "probe": {"layer": -1}}.get(before, {})
        first = registry.build("strategies", before, params)
        first = list(first.adapt(start, alone(split), self.context_in(tmp_path / "a")))[-1].model
        second = self.adapted(first, alone(split), self.context_in(tmp_path / "b"))[-1].model
        assert [step.use for step in second.lineage] == [before, "lora"]
        adapter = second.predictor.backbone.adapter
        assert (adapter is None) is (before == "lora")
        if adapter is not None:
            assert adapter.config["base_model_name_or_path"] == start.base.name

    def test_without_the_base_on_disk_no_adapter_is_claimed_for_it(self, start, split, tmp_path):
        probe = registry.build("strategies", "probe", {"layer": -1})
        first = list(probe.adapt(start, alone(split), self.context_in(tmp_path / "a")))[-1].model
        gone = replace(first, base=replace(start.base, name="./gone", folder=tmp_path / "gone"))
        second = self.adapted(gone, alone(split), self.context_in(tmp_path / "b"))[-1].model
        assert second.predictor.backbone.adapter is None

    def test_it_starts_from_the_backbone_and_the_head_of_the_step_before(
        self, start, split, tmp_path, unseen
    ):
        params = {"epochs": 2, "learning_rate": 3e-3, "head_rate": 1e-2}
        full = registry.build("strategies", "full", params)
        first = list(full.adapt(start, alone(split), self.context_in(tmp_path / "a")))[-1].model
        second = self.adapted(first, alone(split), self.context_in(tmp_path / "b"), epochs=0)[-1].model
        assert_same(second.predict(unseen), first.predict(unseen))

    def test_what_follows_does_not_carry_the_adapter_on(self, start, split, tmp_path):
        first = self.adapted(start, alone(split), self.context_in(tmp_path / "a"))[-1].model
        full = registry.build("strategies", "full", {"epochs": 1})
        second = list(full.adapt(first, alone(split), self.context_in(tmp_path / "b")))[-1].model
        assert first.predictor.backbone.adapter is not None
        assert second.predictor.backbone.adapter is None

    @pytest.mark.parametrize("method", METHODS)
    def test_it_learns_in_half_precision_too(self, method, start, split, tmp_path, unseen):
        context = self.context_in(tmp_path / "a", precision="bfloat16")
        model = self.adapted(start, split, context, method=method)[-1].model
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= 0.5
        assert all(each.dtype == torch.float32 for each in model.predictor.backbone.parameters())

    @pytest.mark.parametrize("method", METHODS)
    def test_what_does_not_learn_ships_as_it_was(self, method, start, split, tmp_path):
        context = self.context_in(tmp_path / "a", precision="bfloat16")
        after = self.adapted(start, alone(split), context, method=method)[-1].model.predictor.backbone
        before = open_backbone(start.base)
        same = [torch.equal(*pair) for pair in zip(before.parameters(), after.parameters(), strict=True)]
        assert 0 < sum(same) < len(same)
        tables = zip(before.embedding_parameters(), after.embedding_parameters(), strict=True)
        assert all(torch.equal(*pair) for pair in tables)

    @pytest.mark.parametrize("method", ["lora", "dora", "adalora"])
    def test_adapter_dropout_drops_while_training_only(self, method, start, split, tmp_path, unseen):
        first, second, again = (
            self.adapted(
                start,
                alone(split),
                self.context_in(tmp_path / name),
                method=method,
                adapter_dropout=share,
                batch_size=4,
            )[-1].model.predict(unseen)
            for name, share in (("a", 0.0), ("b", 0.5), ("c", 0.5))
        )
        assert abs(first.probabilities - second.probabilities).max() > 1e-4
        assert_same(second, again)

    def test_adalora_ends_with_the_rank_on_average(self, start, split, context):
        model = self.adapted(start, alone(split), context, method="adalora", rank=2, epochs=4, batch_size=4)[
            -1
        ].model
        tensors = model.predictor.backbone.adapter.tensors
        ranks = [len(each) for name, each in tensors.items() if name.endswith("lora_E")]
        assert sum(ranks) == 2 * len(ranks)
        assert len(set(ranks)) > 1

    def test_a_base_without_biases_says_so(self, split, tmp_path):
        base = describe(str(tiny_base_folder(tmp_path, "llama")))
        start = Model(task=split.task, predictor=None, base=base)
        with pytest.raises(SettingError, match="bitfit trains biases"):
            self.adapted(start, split, self.context_in(tmp_path / "a"), method="bitfit")

    def test_a_network_without_blocks_says_so(self, start, split, tmp_path):
        probe = registry.build("strategies", "probe", {"layer": 0})
        first = list(probe.adapt(start, split, self.context_in(tmp_path / "a")))[-1].model
        with pytest.raises(SettingError, match="start from the base"):
            self.adapted(first, split, self.context_in(tmp_path / "b"))

    def test_what_takes_no_gradient_of_matrices_takes_less_time_than_full(self, start, split):
        shape = replace(
            start.base.shape,
            blocks=12, width=768, inner=3072, parameters=110_000_000, embedding_parameters=24_000_000,
        )  # fmt: skip
        base = replace(start.base, shape=shape)
        situation = small_situation(split.task, base, train_rows=5000)
        full = registry.build("strategies", "full", {"epochs": 6})
        for method in ("ia3", "bitfit"):
            found = self.strategy(epochs=6, method=method).cost(situation)
            assert found.seconds < full.cost(situation).seconds

    def test_weights_that_learn_are_counted(self, start, split, tmp_path):
        from headstart.train.adapted import Adapted
        from headstart.train.adapter_config import adapter_config

        backbone = open_backbone(start.base)
        config = adapter_config(backbone, "lora", rank=4, alpha=2.0, dropout=0.0)
        made = Adapted(backbone, config, seed=0)
        learning = sum(each.numel() for each in made.parameters() if each.requires_grad)
        assert self.strategy(rank=4).learning(start.base.shape).weights == learning
