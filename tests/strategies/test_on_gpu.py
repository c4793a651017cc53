"""Fits on a CUDA GPU: what a computer's processor gives, within the rounding of bfloat16."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
import torch

from headstart import registry
from headstart.core.model import Model
from headstart.models.describe import describe
from headstart.models.packed_attention import PACKED
from headstart.predictors.causal import Causal
from headstart.train import loop
from tests.contracts.chat_data import ChatContract
from tests.contracts.strategy_contract import StrategyContract
from tests.on_gpu import needs_gpu
from tests.tiny import tiny_causal_folder

pytestmark = needs_gpu
EPOCHS = 6


def chats(its, tmp_path, strategy, *, device, precision, **params):
    """The last checkpoint of a fit on small conversations, and the mean losses of its epochs."""
    folder = tiny_causal_folder(tmp_path, "llama", max_position_embeddings=128)
    split = its.split_of(its.make_rows(64, seed=1), its.make_rows(8, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(folder)))
    context = its.context_in(tmp_path / f"{device}-{precision}", device=device, precision=precision)
    made = registry.build("strategies", strategy, {"epochs": EPOCHS, **params})
    *_, last = made.adapt(start, split, context)
    return last, [each.train_loss for each in last.curve.points if each.train_loss is not None]


@pytest.mark.parametrize("strategy", ["full", "lora", "partial"])
@pytest.mark.parametrize(
    ("precision", "attention", "near"), [("float32", "sdpa", 2e-3), ("bfloat16", PACKED, 0.06)]
)
def test_conversations_are_learnt_as_on_a_processor(
    strategy, precision, attention, near, tmp_path, monkeypatch
):
    its = ChatContract()
    _, expected = chats(its, tmp_path, strategy, device="cpu", precision="float32")
    used, before = set(), loop.Training._step
    monkeypatch.setattr(
        loop.Training,
        "_step",
        lambda self, stream, *told: (
            used.add(stream.loss.__self__.backbone.attention) or before(self, stream, *told)
        ),
    )
    last, losses = chats(its, tmp_path, strategy, device="cuda", precision=precision)
    assert used == {attention}
    assert losses[-1] < losses[0]
    np.testing.assert_allclose(losses, expected, rtol=near)
    assert last.model.predictor.predict(its.make_rows(5, seed=3)).texts


@pytest.mark.parametrize("strategy", ["full", "lora", "partial", "gradual", "contrastive"])
def test_labels_are_learnt(strategy, tmp_path, tiny_bert):
    its = StrategyContract()
    split = its.split_of(its.make_rows(90, seed=1), its.make_rows(30, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_bert)))
    context = its.context_in(tmp_path / "work", device="cuda", precision="bfloat16")
    *_, last = registry.build("strategies", strategy, {"epochs": 3}).adapt(start, split, context)
    unseen = its.make_rows(90, seed=3)
    assert its.quality(last.model.predictor.predict(unseen), split.task.gold(unseen)) > 0.6


@pytest.mark.skipif(find_spec("bitsandbytes") is None, reason="needs bitsandbytes")
@pytest.mark.parametrize("method", ["lora", "dora", "rslora"])
def test_adapters_learn_over_four_bits_and_ship_as_whole_weights(method, tmp_path):
    its = ChatContract()
    told = {"method": method, "quantised": "4bit", "learning_rate": 1e-2}
    last, losses = chats(its, tmp_path, "lora", device="cuda", precision="bfloat16", **told)
    assert losses[-1] < 0.9 * losses[0]
    predictor, rows = last.model.predictor, its.make_rows(9, seed=3)
    kinds = {type(each).__name__ for each in predictor.backbone.network.modules()}
    assert "Linear4bit" in kinds
    folder = tmp_path / "bundle"
    folder.mkdir()
    again = Causal.load(folder, predictor.save(folder), predictor.task)
    assert not any(type(each).__name__ == "Linear4bit" for each in again.backbone.network.modules())
    assert all(each.dtype == torch.float32 for each in again.backbone.parameters())
    np.testing.assert_allclose(again.likelihoods(rows), predictor.likelihoods(rows), rtol=0.03)


@pytest.mark.skipif(find_spec("bitsandbytes") is None, reason="needs bitsandbytes")
def test_labels_are_learnt_over_four_bits(tmp_path, tiny_bert):
    its = StrategyContract()
    split = its.split_of(its.make_rows(90, seed=1), its.make_rows(30, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_bert)))
    context = its.context_in(tmp_path / "work", device="cuda", precision="bfloat16")
    made = registry.build("strategies", "lora", {"epochs": 4, "quantised": "4bit"})
    *_, last = made.adapt(start, split, context)
    unseen = its.make_rows(90, seed=3)
    assert its.quality(last.model.predictor.predict(unseen), split.task.gold(unseen)) > 0.6
