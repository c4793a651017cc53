"""Virtual tokens ahead of texts against the contract of every kind of answer, and what is their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from peft import PeftModel
from transformers import AutoModel, AutoModelForCausalLM

from headstart import registry
from headstart.errors import SettingError
from headstart.models.open_base import open_backbone
from headstart.train.first_values import tokens_of, vectors_of, words_of
from tests.contracts.ahead import AheadOfAnswers, AheadOfClasses, AheadOfPreferences, AheadOfTexts
from tests.contracts.small_data import small_situation
from tests.contracts.strategy_contract import alone, assert_same, saved


class TestOfClasses(AheadOfClasses):
    name = "prompt_tuning"

    def test_nothing_but_the_virtual_tokens_and_the_head_learns(self, start, split, context):
        model = self.adapted(start, alone(split), context)[-1].model
        before, after = open_backbone(start.base), model.predictor.backbone
        for name, values in before.network.state_dict().items():
            assert torch.equal(after.network.state_dict()[name], values)
        first = vectors_of(before, tokens_of(before, words_of(split, seed=0), count=4))
        assert (after.ahead.embedding.weight - first).abs().max() > 1e-3

    def test_they_start_as_what_was_asked_for(self, start, split, tmp_path):
        base, found = open_backbone(start.base), {}
        for name, params in {
            "labels": {},
            "again": {},
            "instruction": {"instruction": "is it good"},
            "vocabulary": {"init": "vocabulary"},
            "noise": {"init": "random"},
        }.items():
            context = self.context_in(tmp_path / name)
            model = self.adapted(start, alone(split), context, epochs=0, **params)[-1].model
            found[name] = model.predictor.backbone.ahead.embedding.weight.detach()
        torch.testing.assert_close(
            found["labels"], vectors_of(base, tokens_of(base, "cinema, hardware, money", count=4))
        )
        torch.testing.assert_close(
            found["instruction"], vectors_of(base, tokens_of(base, "is it good is it good", count=4))
        )
        assert torch.equal(found["again"], found["labels"])
        table = base.network.get_input_embeddings().weight
        gaps = torch.cdist(found["vocabulary"], table).min(dim=1).values
        assert gaps.max() < 1e-3
        assert torch.cdist(found["noise"], table).min() > 1.0

    def test_the_bundle_holds_the_base_as_it_was_and_what_peft_puts_ahead_of_it(
        self, start, split, context, tmp_path
    ):
        model = self.adapted(start, alone(split), context)[-1].model
        folder = saved(model, tmp_path)
        base = AutoModel.from_pretrained(folder / "backbone")
        published = AutoModel.from_pretrained(start.base.folder).state_dict()
        assert all(torch.equal(values, published[name]) for name, values in base.state_dict().items())
        opened = PeftModel.from_pretrained(base, folder / "adapter").eval()
        ids = torch.arange(5, 14)[None]
        mask = torch.ones_like(ids)
        with torch.no_grad():
            states = opened(input_ids=ids, attention_mask=mask).last_hidden_state[:, 4:]
            own = model.predictor.backbone.eval()(ids, mask.bool())
        torch.testing.assert_close(own, states, atol=2e-5, rtol=1e-4)
        assert opened.peft_config["default"].base_model_name_or_path == start.base.name

    def test_texts_leave_room_for_them(self, start, split, context):
        base = start.base
        full = small_situation(split.task, base, train_rows=90)
        assert self.strategy(virtual_tokens=base.shape.positions).blockers(full)
        assert "lower one of them" in self.strategy(max_length=base.shape.positions).blockers(full)[0]
        assert not self.strategy(max_length=base.shape.positions - 4).blockers(full)
        long = split.train.frame.with_columns(split.train.frame["text"] + " " + "film " * 90)
        model = self.adapted(start, alone(replace(split, train=replace(split.train, frame=long))), context)
        assert model[-1].model.predictor.max_length == base.shape.positions - 4

    def test_more_of_them_cost_more_time_and_are_counted(self, start, split):
        situation = small_situation(split.task, start.base, train_rows=5000)
        few, many = (self.strategy(virtual_tokens=each).cost(situation) for each in (4, 40))
        assert few.seconds < many.seconds
        assert self.strategy().learning(start.base.shape).weights == 4 * start.base.shape.width

    def test_steps_that_change_the_base_can_not_follow(self, start, split, tmp_path):
        first = self.adapted(start, alone(split), self.context_in(tmp_path / "a"))[-1].model
        for name in ("full", "lora"):
            other = registry.build("strategies", name, {"epochs": 1})
            with pytest.raises(SettingError, match="ahead of each text"):
                list(other.adapt(first, split, self.context_in(tmp_path / name)))
        with pytest.raises(SettingError, match="same settings"):
            self.adapted(first, split, self.context_in(tmp_path / "b"), virtual_tokens=5)

    def test_it_goes_on_from_where_it_stood(self, start, split, tmp_path, unseen):
        first = self.adapted(start, alone(split), self.context_in(tmp_path / "a"))[-1].model
        still = self.adapted(first, alone(split), self.context_in(tmp_path / "b"), epochs=0)[-1].model
        assert_same(still.predict(unseen), first.predict(unseen))

    def test_it_learns_in_half_precision_too(self, start, split, tmp_path, unseen):
        context = self.context_in(tmp_path / "a", precision="bfloat16")
        model = self.adapted(start, split, context)[-1].model
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= 0.5
        assert all(each.dtype == torch.float32 for each in model.predictor.backbone.parameters())


class TestOfAnswers(AheadOfAnswers):
    name = "prompt_tuning"

    def test_the_bundle_holds_the_base_as_it_was_and_what_peft_puts_ahead_of_it(
        self, start, split, context, tmp_path
    ):
        model = self.adapted(start, alone(split), context)[-1].model
        folder = saved(model, tmp_path)
        base = AutoModelForCausalLM.from_pretrained(folder / "network")
        opened = PeftModel.from_pretrained(base, folder / "adapter").eval()
        ids = torch.arange(5, 14)[None]
        with torch.no_grad():
            scores = opened(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[:, 4:]
            own = base.lm_head(model.predictor.backbone.eval()(ids, torch.ones_like(ids, dtype=torch.bool)))
        torch.testing.assert_close(own, scores, atol=2e-5, rtol=1e-4)


class TestOfTexts(AheadOfTexts):
    name = "prompt_tuning"


class TestOfPreferences(AheadOfPreferences):
    name = "prompt_tuning"
