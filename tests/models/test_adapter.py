"""An adapter names the base it goes with, and survives a round trip."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from headstart.models.adapter import CONFIG, Adapter
from headstart.models.describe import describe
from tests.tiny import tiny_base_folder


@pytest.mark.parametrize(
    ("name", "revision"), [("org/model", "abc"), ("embedded", None), ("/some/where/model", None)]
)
def test_it_names_its_base_and_the_revision_where_a_hub_has_one(tmp_path, name, revision):
    info = replace(describe(str(tiny_base_folder(tmp_path))), name=name, revision="abc")
    config = Adapter(config={"r": 4}, tensors={}).of(info).config
    assert config == {"r": 4, "base_model_name_or_path": name, "revision": revision}


def test_what_is_saved_is_what_is_loaded(tmp_path):
    weights = torch.arange(6.0).reshape(2, 3)
    Adapter(config={"peft_type": "LORA"}, tensors={"a": weights.T}).save(tmp_path / "adapter")
    again = Adapter.load(tmp_path / "adapter")
    assert again.config == json.loads((tmp_path / "adapter" / CONFIG).read_text())
    assert torch.equal(again.tensors["a"], weights.T)
