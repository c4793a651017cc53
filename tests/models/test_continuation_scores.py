"""Continuations told in one pass are as likely as `transformers` finds each of them alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from headstart.models.continuation_scores import continuation_scores
from headstart.models.describe import describe
from headstart.models.open_base import open_causal
from headstart.models.token_tree import Continuations, TokenTree
from tests.tiny import DECODERS, tiny_causal_folder

# Of several lengths; some share beginnings, and one is the beginning of another.
WAYS = [[7, 8, 9], [7, 8], [7, 11, 12, 13], [20], [21, 8]]


@cache
def opened(folder):
    return AutoModelForCausalLM.from_pretrained(folder).eval()


def alone(folder, prompt, way):
    """The sum of the log-probabilities of a way's tokens after a prompt, as the library says."""
    network = opened(folder)
    with torch.inference_mode():
        told = torch.log_softmax(network(torch.tensor([[*prompt, *way]])).logits[0].double(), dim=-1)
    return sum(float(told[len(prompt) - 1 + place, token]) for place, token in enumerate(way))


def prompts_of(count, *, shared, seed=0):
    rng = np.random.default_rng(seed)
    start = rng.integers(3, 250, size=shared).tolist()
    return [start + rng.integers(3, 250, size=int(rng.integers(1, 20))).tolist() for _ in range(count)]


@pytest.mark.parametrize("family", DECODERS)
@pytest.mark.parametrize("shared", [0, 12])
def test_they_are_as_likely_as_alone(family, shared, tmp_path):
    folder = tiny_causal_folder(tmp_path, family)
    prompts = prompts_of(6, shared=shared)
    found = continuation_scores(open_causal(describe(str(folder))), prompts, Continuations.of(WAYS))
    expected = [[alone(folder, prompt, way) for way in WAYS] for prompt in prompts]
    np.testing.assert_allclose(found, expected, atol=2e-4)


@pytest.mark.parametrize("family", ["gpt2", "llama", "gemma2", "mistral"])
def test_prompts_that_begin_alike_may_be_read_as_one_tree(family, tmp_path):
    folder = tiny_causal_folder(tmp_path, family)
    backbone, ways = open_causal(describe(str(folder))), Continuations.of(WAYS)
    prompts = [each for seed in range(4) for each in prompts_of(3, shared=9, seed=seed)]
    apart = continuation_scores(backbone, prompts, ways)
    np.testing.assert_allclose(continuation_scores(backbone, prompts, ways, together=3), apart, atol=2e-4)
    expected = [[alone(folder, prompt, way) for way in WAYS] for prompt in prompts]
    np.testing.assert_allclose(apart, expected, atol=2e-4)


def test_a_prompt_that_begins_another_is_told_as_well(tiny_llama):
    backbone, ways = open_causal(describe(str(tiny_llama))), Continuations.of(WAYS)
    prompts = [[5, 6, 7, 8, 9, 10], [5, 6, 7, 8, 9, 10, 11, 12]]
    together = continuation_scores(backbone, prompts, ways, together=2)
    expected = [[alone(tiny_llama, prompt, way) for way in WAYS] for prompt in prompts]
    np.testing.assert_allclose(together, expected, atol=2e-4)
    np.testing.assert_allclose(continuation_scores(backbone, prompts, ways), expected, atol=2e-4)


def test_no_prompts_have_no_scores(tiny_llama):
    found = continuation_scores(open_causal(describe(str(tiny_llama))), [], Continuations.of(WAYS))
    assert found.shape == (0, len(WAYS))


def test_each_token_stands_once_however_many_ways_share_it():
    ways = Continuations.of(WAYS)
    # 7, 7 8, 7 11, 7 11 12 and 21: nothing is told after a last token.
    assert ways.tree.tokens.tolist() == [7, 8, 11, 12, 21]
    assert ways.tree.depths.tolist() == [0, 1, 1, 2, 0]
    assert ways.tree.ends.tolist() == [4, 2, 4, 4, 5]
    assert ways.lengths.tolist() == [3, 2, 4, 1, 2]


def test_a_token_sees_its_own_way_alone():
    tree = TokenTree.grown([1, 2], [TokenTree.grown([3, 4]), TokenTree.grown([5])])
    assert tree.tokens.tolist() == [1, 2, 3, 4, 5]
    assert tree.depths.tolist() == [0, 1, 2, 3, 2]
    assert tree.seen.astype(int).tolist() == [
        [1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0],
        [1, 1, 1, 1, 0],
        [1, 1, 0, 0, 1],
    ]
