"""Keys and values ahead of texts against the contract of every kind of answer, and what is their own."""

from __future__ import annotations

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

from headstart import registry
from headstart.models.describe import describe
from headstart.models.open_base import open_backbone, open_causal
from headstart.train.first_values import keys_of, tokens_of
from tests.contracts.ahead import AheadOfAnswers, AheadOfClasses, AheadOfPreferences, AheadOfTexts
from tests.contracts.small_data import small_situation, small_task
from tests.contracts.strategy_contract import alone, saved
from tests.tiny import tiny_base_folder


class TestOfClasses(AheadOfClasses):
    name = "prefix_tuning"

    def test_weights_that_learn_are_counted(self, start, split, tmp_path):
        for place, params in enumerate(({}, {"projection": True, "inner": 16})):
            strategy = self.strategy(**params)
            backbone = open_base(start)
            made = strategy.prepared(backbone, split, self.context_in(tmp_path / str(place)))
            weights = [each for each in made.parameters() if each.requires_grad]
            counted = strategy.learning(start.base.shape).weights
            biases = 16 + 2 * start.base.shape.blocks * start.base.shape.width if params else 0
            assert sum(each.numel() for each in weights) == counted + biases
            assert not any(each.requires_grad for each in made.network.parameters())


class TestThroughANetwork(AheadOfClasses):
    name = "prefix_tuning"
    params = {**AheadOfClasses.params, "projection": True, "inner": 16}


class TestOfAnswers(AheadOfAnswers):
    name = "prefix_tuning"

    def test_it_starts_as_the_base_reads_after_an_instruction(self, start, split, context):
        told = "say a colour"
        model = self.adapted(start, alone(split), context, epochs=0, instruction=told)[-1].model
        base = open_causal(start.base)
        keys = keys_of(base, tokens_of(base, told, count=4))
        torch.testing.assert_close(model.predictor.backbone.ahead.embedding.weight.detach(), keys)

    def test_the_bundle_holds_the_base_as_it_was_and_what_peft_puts_ahead_of_it(
        self, start, split, context, unseen, tmp_path
    ):
        model = self.adapted(start, alone(split), context)[-1].model
        folder = saved(model, tmp_path)
        base = AutoModelForCausalLM.from_pretrained(folder / "network")
        published = AutoModelForCausalLM.from_pretrained(start.base.folder).state_dict()
        assert all(torch.equal(values, published[name]) for name, values in base.state_dict().items())
        opened = PeftModel.from_pretrained(base, folder / "adapter").eval()
        tokenizer = AutoTokenizer.from_pretrained(folder / "network")
        question = [{"role": "user", "content": unseen.texts[0]}]
        told = tokenizer.apply_chat_template(
            question, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        written = opened.generate(**told, max_new_tokens=model.predictor.longest, do_sample=False)
        answer = tokenizer.decode(written[0, told["input_ids"].shape[1] :], skip_special_tokens=True).strip()
        assert answer == model.predict(unseen).texts[0]


class TestOfTexts(AheadOfTexts):
    name = "prefix_tuning"

    def test_the_bundle_writes_alike_through_transformers_and_peft_alone(
        self, start, split, context, unseen, tmp_path
    ):
        model = self.adapted(start, alone(split), context, beams=2)[-1].model
        folder = saved(model, tmp_path)
        base = AutoModelForSeq2SeqLM.from_pretrained(folder / "backbone")
        opened = PeftModel.from_pretrained(base, folder / "adapter").eval()
        tokenizer = AutoTokenizer.from_pretrained(folder / "backbone")
        for text, ours in zip(unseen.texts[:4], model.predict(unseen).texts[:4], strict=True):
            ids = opened.generate(**tokenizer(text, return_tensors="pt"))
            assert tokenizer.decode(ids[0], skip_special_tokens=True).strip() == ours


class TestOfPreferences(AheadOfPreferences):
    name = "prefix_tuning"


def open_base(start):
    return open_backbone(start.base)


@pytest.mark.parametrize("family", ["deberta-v2", "distilbert", "modernbert", "mpnet", "t5"])
def test_encoders_without_a_place_for_keys_say_so(tmp_path, family):
    base = describe(str(tiny_base_folder(tmp_path, family)))
    situation = small_situation(small_task(), base, train_rows=90)
    (reason,) = registry.build("strategies", "prefix_tuning", {}).blockers(situation)
    assert "prompt_tuning works there" in reason
    assert registry.build("strategies", "prompt_tuning", {"virtual_tokens": 4}).blockers(situation) == ()
