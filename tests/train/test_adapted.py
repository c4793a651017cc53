"""Adapters change what a backbone computes, merge without a trace, and open with peft."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoModel, T5EncoderModel

from headstart.models.families import FAMILIES as LISTED
from headstart.train.adapted import Adapted
from headstart.train.adapter_config import adapter_config, linear_layers
from tests.tiny import FAMILIES, tiny_backbone

METHODS = ("lora", "dora", "rslora", "adalora", "ia3")
SHAPES = ("bert", "deberta-v2", "gpt2", "llama", "modernbert", "t5")
CASES = [
    *((family, "lora") for family in FAMILIES),
    *((family, method) for family in SHAPES for method in METHODS[1:]),
]


def adapted(tmp_path, family="bert", method="lora", *, seed=0, moved=0.1) -> Adapted:
    """With adapters that are no longer as they start, where they change nothing."""
    backbone = tiny_backbone(tmp_path, family)
    config = adapter_config(backbone, method, rank=3, alpha=2.0, dropout=0.0)
    made = Adapted(backbone, config, seed=seed).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in made.parameters():
            if parameter.requires_grad:
                parameter.add_(moved * torch.randn(parameter.shape, generator=generator))
    return made


def batch():
    tokens = torch.randint(5, 40, (3, 9), generator=torch.Generator().manual_seed(0))
    mask = torch.ones(3, 9, dtype=torch.bool)
    mask[1, 5:] = False
    return tokens, mask


def states(backbone):
    tokens, mask = batch()
    with torch.no_grad():
        return backbone(tokens, mask)[mask]


@pytest.mark.parametrize(("family", "method"), CASES)
def test_merged_equals_unmerged(tmp_path, family, method):
    made, plain = adapted(tmp_path, family, method), tiny_backbone(tmp_path, family)
    merged = made.merged()
    torch.testing.assert_close(states(merged), states(made), atol=2e-5, rtol=1e-4)
    assert (states(merged) - states(plain)).abs().max() > 1e-2
    assert merged.network.state_dict().keys() == plain.network.state_dict().keys()
    assert {type(each) for each in merged.modules()} == {type(each) for each in plain.modules()}


@pytest.mark.parametrize("family", FAMILIES)
def test_adapters_stand_on_every_linear_layer_of_the_blocks_and_nowhere_else(tmp_path, family):
    backbone = tiny_backbone(tmp_path, family)
    outside = {id(each) for each in (*backbone.embedding_parameters(), *backbone.final_parameters())}
    matrices = {
        id(module.weight)
        for index in range(backbone.depth)
        for module in backbone.network.modules()
        if getattr(module, "weight", None) is not None
        and module.weight.ndim == 2
        and id(module.weight) in {id(each) for each in backbone.block_parameters(index)}
    }
    found = {id(layer.weight) for _, layer in linear_layers(backbone)}
    assert found == matrices - outside


@pytest.mark.parametrize("family", LISTED)
def test_every_family_says_what_ia3_scales(tmp_path, family):
    backbone = tiny_backbone(tmp_path, family)
    made = Adapted(backbone, adapter_config(backbone, "ia3", rank=1, alpha=1.0, dropout=0.0), seed=0)
    inputs = [layer.is_feedforward for _, layer in made.layers()]
    assert sum(inputs) == backbone.depth
    assert len(inputs) - sum(inputs) in (backbone.depth, 2 * backbone.depth)


@pytest.mark.parametrize("method", METHODS)
def test_only_the_adapters_learn(tmp_path, method):
    made = adapted(tmp_path, method=method)
    tokens, mask = batch()
    made(tokens, mask).square().mean().backward()
    learning = [name for name, each in made.named_parameters() if each.requires_grad]
    assert learning
    assert all(".lora_" in name or ".ia3_l." in name for name in learning)
    assert all(each.grad is None for each in made.parameters() if not each.requires_grad)


def test_merging_leaves_the_training_network_as_it_is(tmp_path):
    made = adapted(tmp_path)
    before = {name: each.clone() for name, each in made.state_dict().items()}
    merged = made.merged()
    for parameter in merged.parameters():
        parameter.data.zero_()
    after = made.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_the_seed_decides_how_adapters_start_and_no_global_generator_moves(tmp_path):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    first, same, other = (
        [each for each in adapted(tmp_path, seed=seed).parameters() if each.requires_grad]
        for seed in (0, 0, 1)
    )
    assert torch.equal(torch.rand(1), expected)
    assert all(torch.equal(one, two) for one, two in zip(first, same, strict=True))
    assert not all(torch.equal(one, two) for one, two in zip(first, other, strict=True))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("family", ["bert", "gpt2", "llama", "t5"])
def test_the_adapter_opens_with_peft_on_top_of_the_base(tmp_path, family, method):
    from peft import PeftModel

    made = adapted(tmp_path, family, method)
    if method == "adalora":
        _prune(made)
    merged = made.merged()
    merged.adapter.of(merged.info).save(tmp_path / "adapter")
    opener = T5EncoderModel if family == "t5" else AutoModel
    base = opener.from_pretrained(merged.info.folder)
    opened = PeftModel.from_pretrained(base, tmp_path / "adapter").eval()
    tokens, mask = batch()
    with torch.no_grad():
        expected, found = (
            network(input_ids=tokens, attention_mask=mask.long()).last_hidden_state
            for network in (merged.network, opened)
        )
    torch.testing.assert_close(found[mask], expected[mask], atol=2e-5, rtol=1e-4)


def test_pruned_ranks_do_not_travel(tmp_path):
    made = adapted(tmp_path, method="adalora")
    whole = made.adapter_now()
    _prune(made)
    pruned = made.adapter_now()
    assert sum(each.numel() for each in pruned.tensors.values()) < sum(
        each.numel() for each in whole.tensors.values()
    )


def _prune(made: Adapted) -> None:
    """Leaves one layer without any rank and halves that of the others."""
    for place, (_, layer) in enumerate(made.layers()):
        values = layer.lora_E["default"].data
        values[:: 1 if place == 0 else 2] = 0.0
