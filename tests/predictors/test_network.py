"""A network keeps the order of rows, opens with transformers, and survives a round trip."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
import torch

from headstart.core.rows import Columns, Rows
from headstart.errors import BundleError
from headstart.predictors.network import Network
from headstart.tasks.classification import Classification
from tests.tiny import tiny_backbone

TASK = Classification(classes=("a", "b", "c"))


def network(tmp_path, *, precision="float32", task=TASK, family="bert") -> Network:
    backbone = tiny_backbone(tmp_path, family)
    head = task.head(backbone.info)
    generator = torch.Generator().manual_seed(0)
    for parameter in head.parameters():
        parameter.data.normal_(generator=generator)
    return Network(backbone=backbone, head=head, task=task, max_length=16, precision=precision)


def rows(*texts: str) -> Rows:
    return Rows.of(pl.DataFrame({"text": texts}, schema={"text": pl.String}), Columns(text=("text",)))


TEXTS = ("moon", "the cat sat on the mat and looked at the moon " * 3, "", "a good film", "x y z", "paid")


def test_each_row_is_predicted_as_if_it_were_alone(tmp_path):
    model = network(tmp_path)
    together = model.predict(rows(*TEXTS)).probabilities
    alone = np.concatenate([model.predict(rows(text)).probabilities for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_many_rows_take_many_batches_and_keep_their_order(tmp_path):
    model = network(tmp_path)
    some = model.predict(rows(*TEXTS)).probabilities
    many = model.predict(rows(*(TEXTS * 300))).probabilities
    np.testing.assert_allclose(many, np.tile(some, (300, 1)), atol=1e-5)


def test_labels_that_no_class_has_do_not_disturb_a_prediction(tmp_path):
    frame = pl.DataFrame({"text": ["moon", "cat"], "label": ["never", "seen"]})
    labelled = Rows.of(frame, Columns(text=("text",), target="label"))
    model = network(tmp_path)
    expected = model.predict(rows("moon", "cat")).probabilities
    np.testing.assert_allclose(model.predict(labelled).probabilities, expected, atol=1e-6)


def test_half_precision_is_near_and_leaves_the_weights_alone(tmp_path):
    full, half = network(tmp_path), network(tmp_path, precision="bfloat16")
    first, second = (each.predict(rows(*TEXTS)).probabilities for each in (full, half))
    np.testing.assert_allclose(first, second, atol=0.1)
    assert {each.dtype for each in half.backbone.parameters()} == {torch.float32}


@pytest.mark.parametrize("family", ["bert", "gpt2", "modernbert"])
def test_a_saved_network_opens_with_transformers_and_predicts_the_same(tmp_path, family):
    from transformers import AutoModel, AutoTokenizer

    model = network(tmp_path, family=family)
    folder = tmp_path / "saved"
    folder.mkdir()
    config = json.loads(json.dumps(dict(model.save(folder))))
    again = Network.load(folder, config, TASK)
    expected = model.predict(rows(*TEXTS)).probabilities
    np.testing.assert_allclose(again.predict(rows(*TEXTS)).probabilities, expected, atol=1e-5)
    opened = AutoModel.from_pretrained(folder / "backbone")
    tokens = AutoTokenizer.from_pretrained(folder / "backbone")("a good film", return_tensors="pt")
    states = opened(**tokens).last_hidden_state
    ours = model.backbone(tokens["input_ids"], tokens["attention_mask"].bool())
    torch.testing.assert_close(ours, states, atol=1e-4, rtol=1e-3)


def test_a_head_of_another_task_is_refused_by_name(tmp_path):
    model = network(tmp_path)
    folder = tmp_path / "saved"
    folder.mkdir()
    config = model.save(folder)
    with pytest.raises(BundleError, match=r"head\.safetensors does not fit the bundle's task"):
        Network.load(folder, config, Classification(classes=("a", "b")))


def test_windows_reach_words_that_would_be_cut(tmp_path):
    long = " ".join(["the"] * 40)
    told = Classification(classes=("a", "b", "c"), windows=True)
    cut, whole = network(tmp_path), network(tmp_path, task=told)
    same = [each.predict(rows(long, f"{long} moon film bad")).probabilities for each in (cut, whole)]
    np.testing.assert_allclose(same[0][0], same[0][1], atol=1e-6)
    assert np.abs(same[1][0] - same[1][1]).max() > 1e-3
