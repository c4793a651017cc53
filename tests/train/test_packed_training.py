"""Conversations that stand end to end teach what padded ones do, answers and preferences alike."""

from __future__ import annotations

import numpy as np
import pytest

from headstart import registry
from headstart.core.model import Model
from headstart.models.backbone import Backbone
from headstart.models.describe import describe
from headstart.train import answer_workshop
from tests.contracts.chat_data import ChatContract
from tests.contracts.preference_data import PreferenceContract
from tests.tiny import tiny_causal_folder


def losses(its, folder, workdir, **params):
    """The mean losses of the epochs of a fit."""
    split = its.split_of(its.make_rows(24, seed=1), its.make_rows(8, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(folder)))
    made = registry.build("strategies", "full", {"epochs": 2, "batch_size": 8, **params})
    *_, last = made.adapt(start, split, its.context_in(workdir))
    return [each.train_loss for each in last.curve.points if each.train_loss is not None]


@pytest.mark.parametrize("contract", [ChatContract, PreferenceContract])
@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_what_is_learnt_end_to_end_is_what_is_learnt_padded(contract, family, tmp_path, monkeypatch):
    its, longer = contract(), "n_positions" if family == "gpt2" else "max_position_embeddings"
    folder = tiny_causal_folder(tmp_path, family, **{longer: 256})
    padded = losses(its, folder, tmp_path / "padded")
    read, packed = [], Backbone.run_packed
    monkeypatch.setattr(Backbone, "run_packed", lambda self, *told: read.append(1) or packed(self, *told))
    monkeypatch.setattr(answer_workshop, "takes_packed", lambda backbone, **told: True)
    found = losses(its, folder, tmp_path / "packed")
    assert len(read) >= 6
    assert len(found) == 2
    np.testing.assert_allclose(found, padded, rtol=1e-4)


def test_what_is_dropped_in_attention_is_learnt_padded(tmp_path, monkeypatch):
    folder = tiny_causal_folder(tmp_path, "llama", max_position_embeddings=256)
    read = []
    monkeypatch.setattr(Backbone, "run_packed", lambda self, *told: read.append(1))
    monkeypatch.setattr(answer_workshop, "takes_packed", lambda backbone, **told: True)
    assert len(losses(ChatContract(), folder, tmp_path / "padded", dropout=0.2)) == 2
    assert read == []
