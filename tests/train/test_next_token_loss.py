"""The fused loss against cross-entropy as PyTorch computes it, gradients included."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from headstart.core.loss_shape import LossShape
from headstart.models import next_token
from headstart.models.describe import describe
from headstart.models.next_token import output_layer
from headstart.models.open_base import open_causal
from headstart.train.next_token_loss import next_token_loss
from tests.tiny import tiny_causal_folder


@pytest.mark.parametrize("family", ["llama", "gpt2", "gemma2"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("at_once", [2**25, 2000])
def test_it_is_cross_entropy(tmp_path, monkeypatch, family, smoothing, at_once):
    monkeypatch.setitem(next_token.SCORES_AT_ONCE, "cpu", at_once)
    network = open_causal(describe(str(tiny_causal_folder(tmp_path, family)))).network
    generator = torch.Generator().manual_seed(0)
    states = torch.randn(23, 32, generator=generator).requires_grad_()
    targets = torch.randint(network.config.vocab_size, (23,), generator=generator)
    weight = output_layer(network).weight
    loss, count = next_token_loss(network, states, targets, shape=LossShape(label_smoothing=smoothing))
    loss.backward()
    found = states.grad.clone(), weight.grad.clone()
    states.grad = weight.grad = None
    scores = output_layer(network)(states)
    bound = next_token.bound_of(network)
    scores = scores if bound is None else bound * torch.tanh(scores / bound)
    expected = functional.cross_entropy(scores, targets, reduction="sum", label_smoothing=smoothing)
    expected.backward()
    assert count == 23
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(found[0], states.grad, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(found[1], weight.grad, atol=1e-4, rtol=1e-4)


def test_frozen_words_get_no_gradient_and_a_scaled_loss_a_scaled_one(tmp_path):
    network = open_causal(describe(str(tiny_causal_folder(tmp_path)))).network
    weight = output_layer(network).weight.requires_grad_(False)
    states = torch.randn(5, 32, generator=torch.Generator().manual_seed(0)).requires_grad_()
    targets = torch.arange(5)
    next_token_loss(network, states, targets)[0].backward()
    once = states.grad.clone()
    states.grad = None
    (0.5 * next_token_loss(network, states, targets)[0]).backward()
    torch.testing.assert_close(states.grad, 0.5 * once)
    assert weight.grad is None


def test_nothing_asked_is_no_loss(tmp_path):
    network = open_causal(describe(str(tiny_causal_folder(tmp_path)))).network
    states = torch.zeros(0, 32, requires_grad=True)
    loss, count = next_token_loss(network, states, torch.zeros(0, dtype=torch.long))
    loss.backward()
    assert (float(loss.detach()), float(count)) == (0.0, 0.0)
