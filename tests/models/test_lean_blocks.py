"""Blocks that keep little: what the library's give, gradients included, from less memory."""

from __future__ import annotations

import pytest
import torch

from headstart.models.lean_blocks import BLOCKS, NORMS, fused_norm, lean_blocks, made_again
from tests.on_gpu import needs_gpu
from tests.tiny import DECODERS, tiny_network

HOOKS = torch.autograd.graph.saved_tensors_hooks
ALIKE = ("llama", "mistral", "qwen2", "qwen3")


def parts(network, names):
    return [each for each in network.modules() if type(each).__name__ in names]


def prepared(family):
    """A network the weights of whose norms are not all one."""
    network = tiny_network(family)
    with torch.no_grad():
        for each in parts(network, NORMS):
            each.weight.copy_(torch.linspace(0.5, 1.5, each.weight.numel()))
    return network


def tokens():
    return torch.randint(8, 40, (2, 9), generator=torch.Generator().manual_seed(0))


def learnt(network, device, monkeypatch):
    """The states of some tokens, the gradients of their squares, and the numbers kept for them."""
    network.zero_grad()
    own, kept, plain = {each.data_ptr() for each in network.parameters()}, {}, HOOKS

    def noted(saved):
        if isinstance(saved, torch.Tensor) and saved.data_ptr() not in own:
            kept[saved.data_ptr()] = saved
        return saved

    # The innermost hooks alone are asked, so that these have to stand in all of them.
    monkeypatch.setattr(
        torch.autograd.graph,
        "saved_tensors_hooks",
        lambda pack, unpack: plain(lambda each: noted(pack(each)), unpack),
    )
    with lean_blocks(network, device), plain(noted, lambda each: each):
        states = network(input_ids=tokens(), use_cache=False).last_hidden_state
        numbers = sum(each.numel() for each in kept.values())
        states.square().sum().backward()
    slopes = {name: each.grad.clone() for name, each in network.named_parameters() if each.grad is not None}
    return states.detach(), slopes, numbers


@pytest.mark.parametrize("family", ALIKE)
def test_a_network_says_and_learns_the_same_from_fewer_numbers(family, monkeypatch):
    network = prepared(family)
    states, slopes, numbers = learnt(network, "cpu", monkeypatch)
    lean_states, lean_slopes, fewer = learnt(network, "cuda", monkeypatch)
    torch.testing.assert_close(lean_states, states, rtol=1e-4, atol=1e-5)
    assert lean_slopes.keys() == slopes.keys()
    for name, values in slopes.items():
        torch.testing.assert_close(lean_slopes[name], values, rtol=1e-3, atol=1e-4, msg=name)
    assert fewer < 0.75 * numbers


@pytest.mark.parametrize("family", ALIKE)
def test_a_norm_gives_what_the_library_gives(family):
    norm = parts(prepared(family), NORMS)[0]
    states = torch.randn(3, 5, norm.weight.numel(), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(fused_norm(norm, states), norm(states))


@pytest.mark.parametrize("family", DECODERS)
@pytest.mark.parametrize("device", ["cuda", "cpu"])
def test_those_that_do_otherwise_keep_their_own_and_all_get_it_back(family, device):
    network = tiny_network(family)
    changed = parts(network, (*NORMS, *BLOCKS)) if device == "cuda" else []
    with lean_blocks(network, device):
        assert [each for each in network.modules() if "forward" in vars(each)] == changed
    assert bool(changed) == (family in ALIKE and device == "cuda")
    assert not any("forward" in vars(each) for each in network.modules())


def test_another_activation_keeps_the_block():
    network = tiny_network("llama", hidden_act="gelu")
    with lean_blocks(network, "cuda"):
        assert not any("forward" in vars(each) for each in parts(network, BLOCKS))
        assert all("forward" in vars(each) for each in parts(network, NORMS))


def test_what_is_made_again_is_not_kept():
    states = torch.randn(4, 6, generator=torch.Generator().manual_seed(0), requires_grad=True)
    weight, made = torch.randn(3, 6, requires_grad=True), []
    doubled = states * 2

    def again():
        made.append(True)
        return states.detach() * 2

    with made_again(doubled, again):
        after = doubled.view(2, 2, 6) @ weight.T
    assert not made
    with torch.no_grad():
        doubled.zero_()
    after.sum().backward()
    assert made
    torch.testing.assert_close(weight.grad, 2 * states.detach().sum(dim=0).expand(3, 6))


@needs_gpu
def test_halves_on_a_gpu_come_as_near_as_the_library_does():
    network = prepared("llama")
    exact = network(input_ids=tokens()).last_hidden_state
    half = network.to("cuda", torch.bfloat16)
    errors = []
    for device in ("cuda", "cpu"):
        with lean_blocks(half, device), torch.no_grad():
            states = half(input_ids=tokens().to("cuda"), use_cache=False).last_hidden_state
        errors.append((states.float().cpu() - exact).abs().mean())
    assert errors[0] <= 1.1 * errors[1]
