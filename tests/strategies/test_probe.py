"""The probe against its contract, and what its choices rest on."""

from __future__ import annotations

import numpy as np
import pytest

from headstart import registry
from headstart.errors import SettingError
from headstart.models.fingerprint import fingerprint
from headstart.models.open_base import open_backbone
from headstart.train import choose_view, compared, prober
from headstart.train.attention_linear import AttentionLinear
from headstart.train.layered_linear import LayeredLinear
from headstart.train.pooled_linear import PooledLinear
from tests.contracts.small_data import small_situation
from tests.contracts.strategy_contract import StrategyContract, assert_same


class TestProbe(StrategyContract):
    name = "probe"
    accuracy = 0.5

    def last(self, start, split, context, **params):
        return self.adapted(start, split, context, **params)[-1]

    def test_the_backbone_stays_as_it_was(self, start, split, context):
        model = self.last(start, split, context, layer=-1).model
        assert fingerprint(model.predictor.backbone) == fingerprint(open_backbone(start.base))

    def test_a_cache_changes_nothing(self, start, split, tmp_path, unseen):
        cache = tmp_path / "cache"
        contexts = [
            self.context_in(tmp_path / name, cache=kept)
            for name, kept in (("a", None), ("b", cache), ("c", cache))
        ]
        first, second, third = (self.last(start, split, each).model.predict(unseen) for each in contexts)
        assert_same(first, second)
        assert_same(first, third)

    @pytest.mark.parametrize("pooling", ["mean", "cls", "last", "attention", "mix", None])
    @pytest.mark.parametrize("layer", [1, -2, None])
    def test_a_wish_is_granted_and_what_was_open_is_said(self, start, split, context, layer, pooling):
        found = self.last(start, split, context, layer=layer, pooling=pooling)
        asked = {None: found.chosen["layer"], 1: 1, -2: 2}[layer]
        assert found.chosen["layer"] == found.model.predictor.backbone.depth == asked
        assert pooling in (None, found.chosen["pooling"])

    @pytest.mark.parametrize("pooling", ["mean", "mix", "attention", None])
    def test_a_refit_with_what_was_chosen_is_the_same_model(self, start, split, tmp_path, unseen, pooling):
        first = self.last(start, split, self.context_in(tmp_path / "a"), pooling=pooling)
        again = self.last(start, split, self.context_in(tmp_path / "b"), **first.chosen)
        assert again.chosen == first.chosen
        np.testing.assert_allclose(
            again.model.predict(unseen).probabilities, first.model.predict(unseen).probabilities, atol=0.02
        )

    def test_a_mix_reads_several_layers(self, start, split, context):
        head = self.last(start, split, context, pooling="mix").model.predictor.head
        assert isinstance(head, LayeredLinear)
        assert head.cuts == (1, 3)

    def test_fewer_layers_ship_fewer_weights(self, start, split, context):
        def size(model):
            return sum(each.numel() for each in model.predictor.backbone.parameters())

        one, all_of_them = (self.last(start, split, context, layer=layer).model for layer in (1, -1))
        assert size(one) < size(all_of_them)

    @pytest.mark.parametrize("layer", [4, -5])
    def test_a_layer_that_is_not_there_is_refused_by_name(self, start, split, context, layer):
        assert "has 3 layers" in " ".join(
            self.strategy(layer=layer).blockers(small_situation(split.task, start.base, train_rows=90))
        )
        with pytest.raises(SettingError, match=f"layer: got {layer}"):
            self.last(start, split, context, layer=layer)

    @pytest.mark.parametrize(
        ("noise", "kinds"), [(1e9, {PooledLinear}), (-1e9, {LayeredLinear, AttentionLinear})]
    )
    def test_what_held_out_rows_say_is_chosen(self, start, split, context, monkeypatch, unseen, noise, kinds):
        monkeypatch.setattr(prober, "FEWEST_CLUSTERS", 20)
        monkeypatch.setattr(choose_view, "NOISE", noise)
        monkeypatch.setattr(prober, "NOISE", noise)
        last = self.last(start, split, context)
        assert type(last.model.predictor.head) in kinds
        assert (last.model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy

    @pytest.mark.parametrize("pooling", ["attention", "mix", "mean"])
    def test_more_rows_than_are_compared_are_all_fitted(
        self, start, split, context, monkeypatch, unseen, pooling
    ):
        monkeypatch.setattr(prober, "FEWEST_CLUSTERS", 20)
        monkeypatch.setattr(compared, "MOST_ROWS", 40)
        model = self.last(start, split, context, pooling=pooling).model
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy

    def test_few_rows_settle_nothing(self, start, split, context, monkeypatch):
        monkeypatch.setattr(choose_view, "NOISE", -100.0)
        assert self.last(start, split, context).chosen["layer"] == 3

    @pytest.mark.parametrize("pooling", ["mean", "mix", "attention"])
    def test_fine_tuning_goes_on_from_it(self, start, split, context, pooling):
        model = self.last(start, split, context, pooling=pooling, layer=2).model
        full = registry.build("strategies", "full", {"epochs": 1})
        (*_, tuned) = full.adapt(model, split, context)
        assert tuned.model.predictor.backbone.depth == 2
        assert [step.use for step in tuned.model.lineage] == ["probe", "full"]
