"""The trained strategies and the prompted base, where answers are written."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from headstart import registry
from headstart.core.model import Model
from headstart.models.describe import describe
from tests.contracts.chat_data import CHATML, ChatContract
from tests.contracts.resuming import Resuming
from tests.contracts.small_data import small_situation
from tests.contracts.strategy_contract import alone, assert_same, saved
from tests.models.test_tokenise_dialogues import THINKS
from tests.tiny import tiny_causal_folder

QUICK = {"epochs": 1, "batch_size": 8, "learning_rate": 1e-2}


def scores(network) -> torch.Tensor:
    """What a network says after a few tokens."""
    with torch.no_grad():
        return network.eval()(input_ids=torch.arange(5, 14)[None]).logits


class TestFull(Resuming, ChatContract):
    name = "full"
    params = {**QUICK, "learning_rate": 5e-3, "layer_decay": 1.0}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.5

    def test_it_learns_what_can_be_learnt(self, start, split, context, unseen):
        model = self.adapted(start, split, context, epochs=6, batch_size=4)[-1].model
        assert self.quality(model.predict(unseen), split.task.gold(unseen)) >= self.accuracy

    def test_it_starts_as_the_base_is(self, start, split, context, unseen):
        still = self.adapted(start, split, context, epochs=0)[-1].model
        base = registry.build("strategies", "zero_shot", {})
        (untouched,) = base.adapt(start, split, context)
        assert_same(still.predict(unseen), untouched.model.predict(unseen))

    def test_the_curve_has_losses_of_both_kinds(self, start, split, context):
        points = self.adapted(start, split, context, epochs=3)[-1].curve.points
        assert points[-1].dev_loss < points[0].dev_loss
        assert points[-1].train_loss < points[1].train_loss

    @pytest.mark.parametrize("tied", [True, False])
    def test_all_weights_learn_unless_told_otherwise(self, split, tmp_path, tied):
        folder = tiny_causal_folder(tmp_path / "base", tie_word_embeddings=tied, max_position_embeddings=128)
        start = Model(task=split.task, predictor=None, base=describe(str(folder)))
        before = AutoModelForCausalLM.from_pretrained(folder).state_dict()
        for embeddings in (None, False):
            context = self.context_in(tmp_path / str(embeddings))
            model = self.adapted(start, alone(split), context, epochs=1, embeddings=embeddings)[-1].model
            after = model.predictor.backbone.network.state_dict()
            moved = {name for name, values in before.items() if not torch.equal(after[name], values)}
            assert ("model.embed_tokens.weight" in moved) is (embeddings is None)
            assert ("lm_head.weight" in moved) is (embeddings is None or not tied)
            assert "model.layers.0.mlp.up_proj.weight" in moved

    def test_a_metric_of_texts_chooses_by_what_is_written(self, start, split, tmp_path):
        found = self.adapted(start, split, self.context_in(tmp_path / "work"), patience=2, epochs=2)[-1]
        assert found.dev_score is not None

    def test_it_ships_in_the_format_of_the_library(self, start, split, context, unseen, tmp_path):
        model = self.adapted(start, split, context)[-1].model
        folder = saved(model, tmp_path)
        network = AutoModelForCausalLM.from_pretrained(folder / "network")
        tokenizer = AutoTokenizer.from_pretrained(folder / "network")
        torch.testing.assert_close(scores(network), scores(model.predictor.backbone.network))
        assert network.generation_config.eos_token_id == [tokenizer.eos_token_id]
        assert network.generation_config.pad_token_id == tokenizer.pad_token_id
        question = [{"role": "user", "content": unseen.texts[0]}]
        told = tokenizer.apply_chat_template(
            question, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        written = network.generate(**told)
        answer = tokenizer.decode(written[0, told["input_ids"].shape[1] :], skip_special_tokens=True).strip()
        assert answer == model.predict(unseen).texts[0]


class TestLora(ChatContract):
    name = "lora"
    params = {**QUICK, "rank": 8, "learning_rate": 3e-2}
    nothing_to_choose = {"epochs": 0}

    def test_it_learns_what_can_be_learnt(self, start, split, context, unseen):
        # A random base whose words rest learns what is likely, and writes little of it to the letter.
        points = self.adapted(start, split, context, epochs=3)[-1].curve.points
        assert points[-1].dev_loss < 0.95 * points[0].dev_loss

    def test_the_bundle_holds_a_plain_network_and_the_adapter_for_the_base(
        self, start, split, context, tmp_path
    ):
        model = self.adapted(start, alone(split), context)[-1].model
        folder = saved(model, tmp_path)
        whole = AutoModelForCausalLM.from_pretrained(folder / "network")
        base = AutoModelForCausalLM.from_pretrained(start.base.folder)
        untouched = scores(base).clone()
        adapted = PeftModel.from_pretrained(base, folder / "adapter")
        torch.testing.assert_close(scores(adapted), scores(whole), atol=1e-4, rtol=1e-4)
        assert not torch.allclose(scores(whole), untouched, atol=1e-2)


class TestPartial(ChatContract):
    name = "partial"
    params = QUICK
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.0


class TestZeroShot(ChatContract):
    name = "zero_shot"
    accuracy = 0.0

    @pytest.mark.parametrize("thought", ["", "(well)"])
    def test_a_base_that_thinks_aloud_answers_at_once_unless_answers_hold_thoughts(
        self, split, context, tmp_path, thought
    ):
        template = THINKS.replace("'(hm)' if", "'(hm)' if '(well)' not in message['content'] and")
        folder = tiny_causal_folder(tmp_path / "base", template=template, max_position_embeddings=128)
        start = Model(task=split.task, predictor=None, base=describe(str(folder)))
        frame = split.train.frame.with_columns(completion=pl.lit(thought) + pl.col("completion"))
        its = replace(split, train=replace(split.train, frame=frame))
        predictor = self.adapted(start, its, context)[-1].model.predictor
        tokenizer = predictor.backbone.tokenizer
        assert tokenizer.decode(predictor.begun) == ("" if thought else "(hm)")


class TestInContext(ChatContract):
    name = "in_context"
    nothing_to_choose = {"demonstrations": 1}
    accuracy = 0.0

    def test_what_was_chosen_is_one_of_those_tried_and_ships_with_the_model(
        self, start, split, context, tmp_path
    ):
        last = self.adapted(start, split, context)[-1]
        assert last.chosen["demonstrations"] in (1, 2, 4)
        last.model.predictor.save(tmp_path)
        assert (tmp_path / "demonstrations.json").is_file()

    @pytest.mark.parametrize("choice", ["diversity", "random"])
    def test_all_questions_may_be_shown_the_same(self, start, split, context, choice):
        last = self.adapted(start, split, context, choice=choice)[-1]
        shown = last.model.predictor.shown
        assert not shown.by_question
        assert set(shown.dialogues) <= set(split.task.dialogues(split.train))
        assert len(shown.dialogues) == 4
        assert shown.count == last.chosen["demonstrations"]


@pytest.mark.parametrize("family", ["gpt2", "qwen3", "gemma2"])
def test_other_architectures_learn_too(family, tmp_path):
    its = TestFull()
    longer = {"n_positions": 128} if family == "gpt2" else {"max_position_embeddings": 128}
    folder = tiny_causal_folder(tmp_path, family, template=CHATML, **longer)
    rows = its.make_rows(48, seed=1)
    split = its.split_of(rows, its.make_rows(8, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(folder)))
    points = its.adapted(start, split, its.context_in(tmp_path / "work"), epochs=3)[-1].curve.points
    assert points[-1].dev_loss < 0.8 * points[0].dev_loss


def test_half_precision_learns_as_well(tmp_path, tiny_llama):
    its = TestFull()
    split = its.split_of(its.make_rows(64, seed=1), its.make_rows(16, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_llama)))
    full, half = (
        its.adapted(start, split, its.context_in(tmp_path / precision, precision=precision), epochs=3)[-1]
        for precision in ("float32", "bfloat16")
    )
    assert half.dev_score == pytest.approx(full.dev_score, abs=0.15)
    assert half.dev_score < 0.8 * half.curve.points[0].dev_loss


def test_an_encoder_is_blocked_by_the_plan_and_the_kinds_that_do_are_named(tiny_bert):
    from headstart.planning.unfit_base import unfit_base

    its = TestFull()
    task = its.make_task(its.make_rows(8, seed=0))
    assert "chat needs a decoder (gemma, gemma2, gpt2, llama" in unfit_base(describe(str(tiny_bert)), task)[0]


def test_longer_answers_cost_more(tiny_llama):
    its = TestFull()
    task = its.make_task(its.make_rows(8, seed=0))
    base = describe(str(tiny_llama))
    short, long = (
        registry.build("strategies", "full", {}).cost(
            small_situation(replace(task, length_ratio=ratio), base, train_rows=500)
        )
        for ratio in (1.1, 3.0)
    )
    assert short.seconds < long.seconds
