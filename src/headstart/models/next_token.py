"""What a decoder-only network says of the next token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from headstart.core.examples import IGNORED
from headstart.models.batching import collate, token_batches
from headstart.models.inference import BUDGET_TOKENS
from headstart.models.packed_attention import PACKED

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedModel

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch

# Numbers in the scores of all words that are held at once. With fewer, an accelerator is busy with the
# sum of the gradients of all words' weights.
SCORES_AT_ONCE = {"cpu": 2**25, "cuda": 2**26, "mps": 2**26}
# Share of padding above which one line without any is learnt from. Its tokens take about twice as long as
# those of a batch without padding, since attention has to be masked.
MOST_PADDING = 0.5


def output_layer(network: PreTrainedModel) -> nn.Module:
    """The layer that scores all words of the vocabulary.

    Raises:
        ValueError: the network has none.
    """
    own: Any = network
    found = own.get_output_embeddings()
    if found is None:
        raise ValueError(f"a {type(network).__name__} says nothing of the next token")
    layer: nn.Module = found
    return layer


def scored_at_once(states: Tensor, words: int) -> int:
    """Tokens for which the scores of so many words are held at once, where these states are."""
    return max(1, SCORES_AT_ONCE[states.device.type] // words)


def bound_of(network: PreTrainedModel) -> float | None:
    """The bound that scores are softly held within, as in Gemma 2; None without one."""
    bound = getattr(network.config, "final_logit_softcapping", None)
    return None if bound is None else float(bound)


def asked_states(
    backbone: Backbone, batch: Batch
) -> tuple[Float[Tensor, "asked width"], Int[Tensor, " asked"]]:
    """The last states of the tokens that something is asked of, and the tokens that should follow them.

    Padding stands on the right, where no token before it looks, so that nothing has to be masked.
    """
    assert batch.targets is not None
    states = backbone.forward(batch.tokens, torch.ones_like(batch.mask))
    asked = batch.targets != IGNORED
    return states[asked], batch.targets[asked]


def asked_states_packed(
    backbone: Backbone, batch: Batch
) -> tuple[Float[Tensor, "asked width"], Int[Tensor, " asked"]]:
    """The same from one line in which the texts of the batch stand end to end, without any padding."""
    assert batch.targets is not None
    tokens, targets = batch.tokens[batch.mask][None], batch.targets[batch.mask]
    positions = (batch.mask.long().cumsum(dim=1) - 1)[batch.mask][None]
    states = backbone.run_packed(tokens, positions)[0]
    asked = targets != IGNORED
    return states[asked], targets[asked]


def states_to_learn(
    backbone: Backbone, batch: Batch
) -> tuple[Float[Tensor, "asked width"], Int[Tensor, " asked"]]:
    """The same, in the layout that is faster to learn from; neither changes what is learnt.

    Batches come sorted by length, so that few hold much padding: those of a few long texts among short ones.
    """
    if backbone.attention == PACKED:
        return asked_states_packed(backbone, batch)
    tight = backbone.packs and backbone.attention != "eager"
    if tight and float(batch.mask.float().mean()) < 1.0 - MOST_PADDING:
        return asked_states_packed(backbone, batch)
    return asked_states(backbone, batch)


@torch.inference_mode()
def answer_losses(backbone: Backbone, examples: Examples) -> Float[ndarray, "examples 2"]:
    """For each example, the sum of the losses of the tokens that are asked for, and their number.

    Args:
        backbone: a network with a layer that scores words, in evaluation mode.
        examples: conversations with the next token as target.
    """
    weights = next(backbone.parameters())
    found = np.zeros((len(examples), 2))
    budget = BUDGET_TOKENS.get(weights.device.type, 4096)
    for index in token_batches(examples.lengths, budget=budget):
        batch = collate(examples, index, pad=backbone.tokenizer.pad_token_id or 0).to(weights.device)
        assert batch.targets is not None
        states, targets = asked_states(backbone, batch)
        losses = token_losses(backbone.network, states, targets).double().cpu().numpy()
        counts = (batch.targets != IGNORED).sum(dim=1).cpu().numpy()
        owners = np.repeat(index, counts)
        found[:, 0] += np.bincount(owners, weights=losses, minlength=len(examples))
        found[index, 1] = counts
    return found


def token_losses(
    network: PreTrainedModel, states: Float[Tensor, "asked width"], targets: Int[Tensor, " asked"]
) -> Float[Tensor, " asked"]:
    """The loss of each token that should follow, in float32; gradients flow through it.

    Args:
        network: a decoder-only network.
        states: last states of the tokens that something is asked of.
        targets: the tokens that should follow.
    """
    parts = [states.new_zeros(0, dtype=torch.float32)]
    size = scored_at_once(states, int(network.config.vocab_size))
    for some, gold in zip(torch.split(states, size), torch.split(targets, size), strict=True):
        parts.append(functional.cross_entropy(word_scores(network, some), gold, reduction="none"))
    return torch.cat(parts)


@torch.inference_mode()
def answer_drift(backbone: Backbone, base: Backbone, examples: Examples) -> Float[ndarray, "examples 2"]:
    """For each example, how far what is said at its answers has moved from a base, and their tokens.

    Args:
        backbone: a network with a layer that scores words, in evaluation mode.
        base: the network that it comes from, with the same vocabulary.
        examples: conversations with the next token as target.

    Returns:
        the sum of the Kullback-Leibler divergences from the base in nats, and the number of tokens.
    """
    weights = next(backbone.parameters())
    found = np.zeros((len(examples), 2))
    for index in token_batches(examples.lengths, budget=BUDGET_TOKENS.get(weights.device.type, 4096)):
        batch = collate(examples, index, pad=backbone.tokenizer.pad_token_id or 0).to(weights.device)
        assert batch.targets is not None
        told = []
        for each in (backbone, base):
            states, _ = asked_states(each, batch)
            size = scored_at_once(states, int(each.network.config.vocab_size))
            told.append((each.network, torch.split(states, size)))
        (ours, mine), (theirs, others) = told
        parts = [
            _divergence(word_scores(ours, some), word_scores(theirs, other))
            for some, other in zip(mine, others, strict=True)
        ]
        counts = (batch.targets != IGNORED).sum(dim=1).cpu().numpy()
        owners = np.repeat(index, counts)
        sums = torch.cat(parts).double().cpu().numpy() if parts else np.zeros(0)
        found[:, 0] += np.bincount(owners, weights=sums, minlength=len(examples))
        found[index, 1] = counts
    return found


def word_scores(
    network: PreTrainedModel, states: Float[Tensor, "*some width"]
) -> Float[Tensor, "*some words"]:
    """The score of every word of the vocabulary after each state, in float32.

    Args:
        network: a decoder-only network.
        states: its last states.
    """
    bound = bound_of(network)
    scores: Tensor = output_layer(network)(states).float()
    return scores if bound is None else bound * torch.tanh(scores / bound)


def _divergence(
    ours: Float[Tensor, "some words"], theirs: Float[Tensor, "some words"]
) -> Float[Tensor, " some"]:
    mine = torch.log_softmax(ours, dim=1)
    return (mine.exp() * (mine - torch.log_softmax(theirs, dim=1))).sum(dim=1)
