"""A head on several layers is the sum of linear heads on each."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from headstart.errors import BundleError
from headstart.models.batching import collate
from headstart.models.tokenise import tokenise
from headstart.train.heads import head_from, head_spec
from headstart.train.layered_linear import LayeredLinear
from headstart.train.outputs import outputs_of, outputs_of_each
from headstart.train.pooled import Pooled
from headstart.train.pooled_linear import PooledLinear
from headstart.train.reading import states_for
from tests.contracts.small_data import small_task
from tests.tiny import SENTENCES, tiny_backbone


def layered(width: int = 32) -> LayeredLinear:
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(2, 3, width)).astype(np.float32)
    return LayeredLinear(width, 3, cuts=(1, 3), pooling="mean").start_from(weight, np.ones(3, np.float32))


def test_it_adds_up_linear_heads(tmp_path):
    backbone, head = tiny_backbone(tmp_path), layered()
    examples = tokenise([list(SENTENCES)], backbone.tokenizer, 40)
    batch = collate(examples, np.arange(4), pad=0)
    with torch.no_grad():
        expected = torch.ones(3)
        for place, cut in enumerate((1, 3)):
            alone = PooledLinear(32, 3, pooling="mean")
            alone.start_from(head.weight[place].numpy(), np.zeros(3, np.float32))
            states = backbone.run_from(0, backbone.embed(batch.tokens, batch.mask), batch.mask, until=cut)
            expected = expected + alone(states, batch.mask)
        found = head(states_for(head, backbone, batch), batch.mask)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("cuts", [(1, 3), (1, 2)])
def test_beside_others_it_reads_what_it_reads_alone(tmp_path, cuts):
    """One pass serves a head on several layers, one on the last states, and none at all."""
    backbone, head = tiny_backbone(tmp_path).eval(), layered()
    head.cuts = cuts
    examples = tokenise([list(SENTENCES)], backbone.tokenizer, 40)
    rng = np.random.default_rng(1)
    last = PooledLinear(32, 2, pooling="mean")
    last.start_from(rng.normal(size=(2, 32)).astype(np.float32), np.ones(2, np.float32))
    heads = [head, last, Pooled("cls")]
    for each, found in zip(heads, outputs_of_each(backbone, heads, examples), strict=True):
        np.testing.assert_allclose(found, outputs_of(backbone, each, examples), atol=1e-6)


def test_the_last_states_alone_are_refused():
    with pytest.raises(ValueError, match="reads the states after 1, 3 blocks"):
        layered()(torch.zeros(2, 5, 32), torch.ones(2, 5, dtype=torch.bool))


def test_it_comes_back_from_plain_values(tmp_path):
    head, base = layered(), tiny_backbone(tmp_path).info
    spec = json.loads(json.dumps(head_spec(head)))
    again = head_from(spec, small_task(), base)
    again.load_state_dict(head.state_dict())
    states = torch.randn(2, 1, 5, 32, generator=torch.Generator().manual_seed(0))
    mask = torch.ones(1, 5, dtype=torch.bool)
    assert torch.equal(again(states, mask), head(states, mask))


def test_the_tasks_own_head_needs_no_values(tmp_path):
    task, base = small_task(), tiny_backbone(tmp_path).info
    assert head_spec(task.head(base)) is None
    assert isinstance(head_from(None, task, base), PooledLinear)


def test_an_unknown_head_is_refused(tmp_path):
    with pytest.raises(BundleError, match="has a head 'wavelet'"):
        head_from({"use": "wavelet"}, small_task(), tiny_backbone(tmp_path).info)
