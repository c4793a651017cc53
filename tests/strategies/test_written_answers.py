"""The strategies that train, where texts are written: they learn, ship, and open elsewhere."""

from __future__ import annotations

from dataclasses import replace

import peft
import pytest
import torch
import transformers

from headstart import registry
from headstart.core.model import Model
from headstart.models.describe import describe
from tests.contracts.resuming import Resuming
from tests.contracts.strategy_contract import saved
from tests.contracts.text_data import TextContract, text_rows
from tests.tiny_writers import WRITERS, tiny_writer_folder

QUICK = {"epochs": 2, "learning_rate": 3e-3, "batch_size": 16, "max_written": 8}
LONG = {"epochs": 30, "learning_rate": 3e-3, "batch_size": 16}


class TestFullOfTexts(Resuming, TextContract):
    name = "full"
    params = QUICK
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.0

    def test_it_learns_a_mapping_of_words(self, start, split, context, unseen):
        last = self.adapted(start, split, context, **LONG)[-1]
        assert self.quality(last.model.predict(unseen), split.task.gold(unseen)) > 90.0
        losses = [each.train_loss for each in last.curve.points if each.train_loss is not None]
        assert losses[-1] < 0.2 * losses[0]
        assert last.curve.points[-1].dev_loss < 0.5

    def test_patience_keeps_the_best_epoch_on_dev(self, start, split, context):
        checkpoints = self.adapted(start, split, context, **{**LONG, "epochs": 6}, patience=2)
        scores = [each.dev_score for each in checkpoints]
        assert checkpoints[-1].dev_score == max(scores)
        assert checkpoints[-1].dev_score == pytest.approx(context.score(checkpoints[-1].model, split.dev))

    def test_every_reference_is_learnt_from(self, start, context):
        rows = text_rows(40, seed=1, references=2)
        split = replace(self.split_of(rows, text_rows(12, seed=2)), task=self.make_task(rows))
        last = self.adapted(start, split, context, **{**LONG, "epochs": 1})[-1]
        assert last.curve.points[-1].train_loss is not None


class TestZeroShotOfTexts(TextContract):
    name = "zero_shot"
    params = {"max_written": 8}
    accuracy = 0.0

    def test_it_writes_what_the_base_writes(self, start, split, context):
        model = self.adapted(start, split, context)[-1].model
        network = transformers.AutoModelForSeq2SeqLM.from_pretrained(start.base.folder)
        tokenizer = transformers.AutoTokenizer.from_pretrained(start.base.folder)
        ids = network.generate(
            **tokenizer(split.dev.texts[0], return_tensors="pt"), max_new_tokens=8, do_sample=False
        )
        expected = tokenizer.decode(ids[0], skip_special_tokens=True).strip()
        assert model.predict(split.dev.take([0])).texts == (expected,)


class Case(TextContract):
    """Fits of other strategies and families, without the whole contract."""


@pytest.fixture
def fit(tmp_path):
    def fitted(name, family="t5", **params):
        case = Case()
        case.name, case.params = name, {}
        split = case.split_of(text_rows(64, seed=1), text_rows(16, seed=2))
        start = Model(
            task=split.task, predictor=None, base=describe(str(tiny_writer_folder(tmp_path, family)))
        )
        last = case.adapted(start, split, case.context_in(tmp_path / "work"), **params)[-1]
        return start, last, split

    return fitted


def weights(model):
    return model.predictor.backbone.network.state_dict()


@pytest.mark.parametrize("family", WRITERS)
def test_full_moves_all_weights_of_every_family(fit, family):
    start, last, _ = fit("full", family, epochs=1, learning_rate=1e-3)
    before = transformers.AutoModelForSeq2SeqLM.from_pretrained(start.base.folder)
    after = dict(last.model.predictor.backbone.network.named_parameters())
    still = {name for name, each in before.named_parameters() if torch.equal(each, after[name])}
    # Positions that are computed never learn.
    assert all("embed_positions" in name for name in still)
    assert bool(still) == (family in ("marian", "pegasus"))


def test_partial_leaves_the_encoder_alone(fit):
    start, last, _ = fit("partial", epochs=1, learning_rate=1e-3)
    before = transformers.AutoModelForSeq2SeqLM.from_pretrained(start.base.folder).state_dict()
    after = weights(last.model)
    moved = {name for name, each in before.items() if not torch.equal(each, after[name])}
    assert moved
    assert all(name.startswith("decoder.") for name in moved)


@pytest.mark.parametrize("family", ["t5", "bart", "marian"])
def test_an_adapter_opens_with_peft_on_top_of_the_base(fit, tmp_path, family):
    start, last, split = fit("lora", family, epochs=2, rank=4, learning_rate=1e-2, max_written=8)
    folder = saved(last.model, tmp_path)
    base = transformers.AutoModelForSeq2SeqLM.from_pretrained(start.base.folder)
    adapted = peft.PeftModel.from_pretrained(base, folder / "adapter").eval()
    whole = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder / "backbone").eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "backbone")
    encoded = tokenizer(split.dev.texts, padding=True, return_tensors="pt")
    labels = tokenizer(split.dev.texts, padding=True, return_tensors="pt").input_ids
    with torch.no_grad():
        ours, theirs = (each(**encoded, labels=labels).logits for each in (whole, adapted))
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)
    assert adapted.peft_config["default"].task_type == "SEQ_2_SEQ_LM"


@pytest.mark.parametrize("method", ["dora", "ia3", "adalora", "bitfit"])
def test_other_adapters_learn_too(fit, method):
    family = "bart" if method == "bitfit" else "t5"
    _, last, split = fit("lora", family, method=method, epochs=2, rank=4, learning_rate=1e-2, max_written=8)
    first, *_, end = [each.train_loss for each in last.curve.points if each.train_loss is not None]
    assert end < first
    assert len(last.model.predict(split.dev)) == len(split.dev)


def test_a_bundle_writes_alike_through_transformers_alone(fit, tmp_path):
    _, last, split = fit("full", "bart", epochs=1, learning_rate=1e-3, beams=2, max_written=6)
    folder = saved(last.model, tmp_path)
    network = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder / "backbone")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "backbone")
    for text, ours in zip(split.dev.texts[:5], last.model.predict(split.dev).texts[:5], strict=True):
        ids = network.generate(**tokenizer(text, return_tensors="pt"))
        assert tokenizer.decode(ids[0], skip_special_tokens=True).strip() == ours


def test_dropout_is_what_was_asked_for(fit):
    _, last, _ = fit("full", "bart", epochs=1, learning_rate=1e-3, dropout=0.2)
    assert last.model.predictor.backbone.network.model.encoder.dropout == 0.2


@pytest.mark.parametrize("name", ["probe", "gradual"])
def test_strategies_that_need_a_head_say_so(name):
    assert "text" not in registry.load("strategies", name).answers
