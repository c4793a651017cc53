"""Rates fall from the head down, and each weight learns once or not at all."""

from __future__ import annotations

import pytest

from headstart.train.groups import layered_groups
from headstart.train.optimiser import Optimiser
from headstart.train.pooled_linear import PooledLinear
from tests.tiny import tiny_backbone


@pytest.mark.parametrize("family", ["bert", "roberta", "deberta-v2", "gpt2", "t5"])
@pytest.mark.parametrize("embeddings", [False, True])
def test_every_weight_is_in_one_group_or_frozen(tmp_path, family, embeddings):
    backbone = tiny_backbone(tmp_path, family)
    head = PooledLinear(32, 2, pooling="mean")
    groups = layered_groups(backbone, head, rate=1e-4, head_rate=1e-3, layer_decay=0.5, embeddings=embeddings)
    learning = [id(each) for group in groups for each in group.parameters]
    assert len(learning) == len(set(learning))
    every = [*backbone.parameters(), *head.parameters()]
    assert {id(each) for each in every if each.requires_grad} == set(learning)
    tables = {id(each) for each in backbone.embedding_parameters()}
    assert set(learning) & tables == (tables if embeddings else set())
    for index in range(backbone.depth):
        assert {id(each) for each in backbone.block_parameters(index)} <= set(learning)


def test_a_block_is_slower_than_the_one_above(tmp_path):
    backbone, head = tiny_backbone(tmp_path), PooledLinear(32, 2, pooling="mean")
    groups = layered_groups(backbone, head, rate=1e-4, head_rate=1e-3, layer_decay=0.5, embeddings=True)
    rates = {group.name: group.rate for group in groups}
    assert rates == pytest.approx(
        {"head": 1e-3, "block 2": 1e-4, "block 1": 5e-5, "block 0": 2.5e-5, "embeddings": 1.25e-5}
    )


def test_biases_and_norms_do_not_decay(tmp_path):
    backbone, head = tiny_backbone(tmp_path), PooledLinear(32, 2, pooling="mean")
    groups = layered_groups(backbone, head, rate=1e-4, head_rate=1e-3, layer_decay=0.5, embeddings=False)
    optimiser = Optimiser(groups, weight_decay=0.1, clip=1.0)
    ranks = [each.ndim for group in groups for each in group.parameters]
    decays = [
        group["weight_decay"] for group in optimiser.state()["adam"]["param_groups"] for _ in group["params"]
    ]
    assert len(decays) == len(ranks)
    assert decays.count(0.1) == sum(rank > 1 for rank in ranks)
    assert decays.count(0.0) == sum(rank == 1 for rank in ranks)
