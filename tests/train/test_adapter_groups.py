"""What learns beside a base at rest, and what of it may decay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headstart.errors import SettingError
from headstart.train.adapter_groups import adapter_groups, bias_group
from headstart.train.optimiser import Optimiser
from tests.tiny import tiny_backbone
from tests.train.test_adapted import adapted

if TYPE_CHECKING:
    from headstart.train.groups import Group


def decaying(groups: list[Group]) -> set[int]:
    """The weights that an optimiser pulls towards zero."""
    state = Optimiser(groups, weight_decay=0.1, clip=1.0)._adam
    return {id(each) for part in state.param_groups if part["weight_decay"] for each in part["params"]}


@pytest.mark.parametrize("method", ["lora", "dora", "rslora", "adalora", "ia3"])
def test_matrices_decay_towards_no_change_and_nothing_else_decays(tmp_path, method):
    made = adapted(tmp_path, method=method)
    found = decaying(adapter_groups(made, rate=1e-3))
    learning = {name: id(each) for name, each in made.named_parameters() if each.requires_grad}
    assert found == {each for name, each in learning.items() if ".lora_A." in name or ".lora_B." in name}


@pytest.mark.parametrize("method", ["lora", "dora", "rslora", "adalora", "ia3"])
def test_every_adapter_weight_is_in_one_group(tmp_path, method):
    made = adapted(tmp_path, method=method)
    grouped = [id(each) for group in adapter_groups(made, rate=1e-3) for each in group.parameters]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == {id(each) for each in made.parameters() if each.requires_grad}


@pytest.mark.parametrize("family", ["bert", "deberta-v2", "gpt2", "qwen2"])
def test_biases_of_the_blocks_learn_and_nothing_else(tmp_path, family):
    backbone = tiny_backbone(tmp_path, family)
    group = bias_group(backbone, rate=1e-3)
    learning = {name for name, each in backbone.named_parameters() if each.requires_grad}
    assert len(group.parameters) == len(learning)
    assert all(name.endswith("bias") for name in learning)
    tables = {id(each) for each in backbone.embedding_parameters()}
    assert not tables & {id(each) for each in group.parameters}


@pytest.mark.parametrize("family", ["llama", "modernbert", "t5"])
def test_a_base_without_biases_is_named(tmp_path, family):
    with pytest.raises(SettingError, match="choose another method"):
        bias_group(tiny_backbone(tmp_path, family), rate=1e-3)
