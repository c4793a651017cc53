"""The training loop against the plainest one there is: one text at a time, dense AdamW, no tricks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

from headstart.core.context import silent
from headstart.core.deadline import Deadline
from headstart.core.loss_shape import PLAIN
from headstart.models.batching import collate
from headstart.models.tokenise import tokenise
from headstart.train.cross_entropy import cross_entropy
from headstart.train.groups import layered_groups
from headstart.train.loop import Training
from headstart.train.optimiser import BETAS, EPS
from headstart.train.outputs import outputs_of
from headstart.train.pooled_linear import PooledLinear
from headstart.train.recipe import Recipe
from headstart.train.stream import Stream, shuffled_steps
from tests.tiny import SENTENCES, tiny_backbone

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone

FAMILIES = ("bert", "roberta", "deberta-v2", "modernbert", "gpt2", "llama")
TEXTS = [*SENTENCES, "moon", *(f"screen {number} is red" for number in range(7))]
RATE, HEAD_RATE, DECAY, WEIGHT_DECAY = 1e-3, 1e-2, 0.5, 0.1
RECIPE = Recipe(epochs=2, batch_size=4, warmup=0.3, seed=3)


def furnished(folder: Path, family: str) -> tuple[Backbone, PooledLinear, Examples]:
    from dataclasses import replace

    backbone = tiny_backbone(folder, family).eval()
    torch.manual_seed(0)
    head = PooledLinear(backbone.info.shape.width, 3, pooling="mean")
    nn.init.normal_(head.linear.weight)
    examples = tokenise([TEXTS], backbone.tokenizer, 40)
    return backbone, head, replace(examples, targets=np.arange(len(TEXTS)) % 3)


def trained(backbone: Backbone, head: PooledLinear, examples: Examples, *, embeddings: bool) -> list[float]:
    def loss(batch):
        return cross_entropy(head(backbone.read(batch), batch.mask), batch.targets, PLAIN)

    groups = layered_groups(
        backbone, head, rate=RATE, head_rate=HEAD_RATE, layer_decay=DECAY, embeddings=embeddings
    )
    stream = Stream(examples=examples, loss=loss)
    job = Training(
        groups=groups,
        frozen=[each for each in backbone.parameters() if not each.requires_grad],
        streams=lambda epoch: [stream],
        recipe=RECIPE,
        weight_decay=WEIGHT_DECAY,
        pad=backbone.tokenizer.pad_token_id or 0,
    )
    return [each.loss for each in job.run(Deadline(), silent, reserve_s=lambda: 0.0)]


def reference(backbone: Backbone, head: PooledLinear, examples: Examples, *, embeddings: bool) -> list[float]:
    """Each text alone through the library's own forward, gradients of the mean, clipped, AdamW."""
    above = {id(each): 0 for each in backbone.final_parameters()}
    for index in range(backbone.depth):
        above |= {id(each): backbone.depth - 1 - index for each in backbone.block_parameters(index)}
    if embeddings:
        above |= {id(each): backbone.depth for each in backbone.embedding_parameters()}
    weights = [each for each in backbone.parameters() if id(each) in above]
    parts = [
        {
            "params": [each],
            "peak": RATE * DECAY ** above[id(each)],
            "weight_decay": WEIGHT_DECAY * (each.ndim > 1),
        }
        for each in weights
    ]
    parts += [
        {"params": [each], "peak": HEAD_RATE, "weight_decay": WEIGHT_DECAY * (each.ndim > 1)}
        for each in head.parameters()
    ]
    adam = torch.optim.AdamW(parts, betas=BETAS, eps=EPS)
    means = []
    for epoch in range(RECIPE.epochs):
        rng = np.random.default_rng([RECIPE.seed, epoch])
        stream = Stream(examples=examples, loss=lambda batch: (torch.zeros(()), torch.zeros(())))
        steps = shuffled_steps([stream], batch_size=RECIPE.batch_size, rng=rng)
        losses = []
        for place, (_, index) in enumerate(steps):
            each = [_alone(backbone, head, examples, int(position)) for position in index]
            losses += [float(loss.detach()) for loss in each]
            torch.stack(each).mean().backward()
            nn.utils.clip_grad_norm_([*weights, *head.parameters()], RECIPE.clip)
            factor = RECIPE.rate_factor((epoch + (place + 0.5) / len(steps)) / RECIPE.epochs)
            for part in adam.param_groups:
                part["lr"] = part["peak"] * factor
            adam.step()
            adam.zero_grad()
        means.append(float(np.mean(losses)))
    return means


def _alone(backbone: Backbone, head: PooledLinear, examples: Examples, position: int) -> torch.Tensor:
    tokens = torch.from_numpy(
        examples.tokens[examples.offsets[position] : examples.offsets[position + 1]].astype(np.int64)
    )[None]
    states = backbone.network(input_ids=tokens).last_hidden_state
    outputs = head(states, torch.ones_like(tokens, dtype=torch.bool))
    return nn.functional.cross_entropy(outputs, torch.tensor([int(examples.targets[position])]))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("embeddings", [False, True])
def test_losses_and_weights_are_those_of_the_reference(tmp_path: Path, family: str, embeddings: bool) -> None:
    ours, theirs = furnished(tmp_path / "a", family), furnished(tmp_path / "b", family)
    found = trained(*ours, embeddings=embeddings)
    expected = reference(*theirs, embeddings=embeddings)
    assert found == pytest.approx(expected, rel=2e-4)
    assert found[-1] < found[0]
    for mine, other in zip(
        [*ours[0].parameters(), *ours[1].parameters()],
        [*theirs[0].parameters(), *theirs[1].parameters()],
        strict=True,
    ):
        torch.testing.assert_close(mine, other, atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_gives_the_outputs_of_each_text_alone(tmp_path: Path, family: str) -> None:
    backbone, head, examples = furnished(tmp_path, family)
    together = outputs_of(backbone, head, examples)
    batch = collate(examples, np.arange(len(examples)), pad=0)
    assert int(batch.mask.sum(dim=1).min()) < batch.mask.shape[1]
    for position in range(len(examples)):
        tokens = examples.tokens[examples.offsets[position] : examples.offsets[position + 1]]
        whole = torch.from_numpy(tokens.astype(np.int64))[None]
        with torch.no_grad():
            states = backbone.network(input_ids=whole).last_hidden_state
            alone = head(states, torch.ones_like(whole, dtype=torch.bool))
        np.testing.assert_allclose(together[position], alone[0].numpy(), atol=1e-4, rtol=1e-4)
