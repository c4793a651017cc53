"""Texts that an encoder-decoder writes, and what it makes of texts that it should write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from headstart.models.batching import collate, token_batches
from headstart.models.inference import BUDGET_TOKENS

if TYPE_CHECKING:
    from jaxtyping import Float
    from torch import Tensor
    from transformers import GenerationConfig

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch

# Texts that are written side by side; beams count.
MOST_AT_ONCE = 128
# What a base says of how it must begin and end, and of tokens that it must not write. How long texts are
# and what they must not repeat it says of what it was trained on last, which is another task.
KEPT = (
    "bad_words_ids",
    "bos_token_id",
    "decoder_start_token_id",
    "eos_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "pad_token_id",
)


@dataclass(frozen=True, kw_only=True)
class Writing:
    """How texts are written.

    Args:
        tokens: tokens written at most.
        beams: texts followed at once, of which the likeliest is kept; the likeliest token each time at 1.
    """

    tokens: int
    beams: int = 1


def logits_of(backbone: Backbone, batch: Batch) -> Float[Tensor, "batch written vocabulary"]:
    """What the network says of each token to write, given those before it (teacher forcing).

    Args:
        backbone: a whole encoder-decoder.
        batch: with tokens to write as targets.
    """
    assert batch.targets is not None
    network = backbone.speaker
    logits: Tensor = network(
        input_ids=batch.tokens,
        attention_mask=batch.mask.long(),
        decoder_input_ids=network.prepare_decoder_input_ids_from_labels(batch.targets),
        use_cache=False,
    ).logits
    return logits


@torch.inference_mode()
def written(backbone: Backbone, examples: Examples, writing: Writing) -> tuple[str, ...]:
    """The text written for each example, in order.

    Args:
        backbone: a whole encoder-decoder, ready to read.
        examples: tokenised texts.
        writing: how.
    """
    network = backbone.speaker
    device = next(backbone.parameters()).device
    batches = token_batches(
        examples.lengths,
        budget=BUDGET_TOKENS.get(device.type, 4096),
        max_rows=max(1, MOST_AT_ONCE // writing.beams),
    )
    settings = generation_settings(backbone, writing)
    found = [""] * len(examples)
    for index in batches:
        batch = collate(examples, index, pad=backbone.tokenizer.pad_token_id or 0).to(device)
        ids = network.generate(
            input_ids=batch.tokens, attention_mask=batch.mask.long(), generation_config=settings
        )
        texts = backbone.tokenizer.batch_decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        for place, text in zip(index.tolist(), texts, strict=True):
            found[place] = text.strip()
    return tuple(found)


def generation_settings(backbone: Backbone, writing: Writing) -> GenerationConfig:
    """How `transformers` is to generate; what it leaves open the network's own settings say."""
    from transformers import GenerationConfig

    network: Any = backbone.network
    told = {name: getattr(network.generation_config, name, None) for name in KEPT}
    return GenerationConfig(  # type: ignore[no-untyped-call]
        **{name: value for name, value in told.items() if value is not None},
        do_sample=False,
        num_beams=writing.beams,
        max_new_tokens=writing.tokens,
    )


def forget_last_task(network: Any, *, pad: int | None) -> None:
    """Leaves of a network's settings for generation only how texts begin, end, and must not be written.

    What else a base recommends, such as sampling or a penalty on repetitions, is no part of what it says
    itself, and `transformers` would fill in whatever it is not told.

    Args:
        network: one that writes, as `transformers` opens it; changed in place.
        pad: token that fills batches, where the network names none.
    """
    from transformers import GenerationConfig

    told = {name: getattr(network.generation_config, name, None) for name in KEPT}
    for name in ("decoder_start_token_id", "eos_token_id", "pad_token_id"):
        if told[name] is None:
            told[name] = getattr(network.config, name, None)
    if told["pad_token_id"] is None:
        told["pad_token_id"] = pad
    network.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        **{name: value for name, value in told.items() if value is not None}
    )


def end_token(backbone: Backbone) -> int | None:
    """The token by which the network ends a text."""
    network: Any = backbone.network
    named = network.generation_config.eos_token_id
    first = named[0] if isinstance(named, list) else named
    return None if first is None else int(first)


def longest_written(backbone: Backbone) -> int:
    """Tokens of the longest text that the network can write."""
    return backbone.info.shape.positions
