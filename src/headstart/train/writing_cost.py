"""How long an encoder-decoder takes to learn to write, and to write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.core.plan import Cost
from headstart.models.room_for_logits import LOGITS_AT_ONCE
from headstart.train.learning import training_bytes
from headstart.train.work import OPENING_S, READING_SHARE, TRAINING_SHARE, WEIGHT_S, keeping_s, mean_tokens

if TYPE_CHECKING:
    from headstart.core.base import Shape
    from headstart.core.plan import Situation
    from headstart.train.fine_tuning import FineTuning

# Time of a pass that adds one token to a batch of texts, beside its products, for each block.
PASS_S = {"cpu": 6e-4, "mps": 1e-3, "cuda": 4e-4}
# Texts that are written side by side, and bytes for each logit that a step holds.
AT_ONCE, LOGIT_BYTES = 64.0, 14.0


def writing_cost(strategy: FineTuning, situation: Situation) -> Cost:
    """Seconds and peak bytes of a fine-tuning that writes: its steps, and the texts written for dev rows."""
    assert situation.base is not None
    shape, machine = situation.base.shape, situation.machine
    pace = strategy.pace(situation.task, situation.train_rows)
    learning = strategy.learning(whole(shape))
    read, said = mean_tokens(situation, strategy.max_length), written_length(situation)
    operations = 2.0 * (
        encoder_weights(shape) * read + (decoder_weights(shape) + output_weights(shape)) * said
    )
    rows = pace.epochs * situation.train_rows
    trained_s = learning.passes * rows * operations / (TRAINING_SHARE[machine.precision] * machine.flops)
    moved_s = rows / pace.batch_size * learning.weights * WEIGHT_S[machine.device]
    looks = (2 if strategy.patience is None else pace.epochs + 1) + 1
    logits = min(min(pace.batch_size, situation.train_rows) * said * shape.vocabulary, LOGITS_AT_ONCE)
    return Cost(
        seconds=OPENING_S
        + pace.epochs * keeping_s(whole(shape), learning.weights)
        + trained_s
        + moved_s
        + looks
        * writing_s(situation, situation.predict_rows, beams=strategy.beams, max_length=strategy.max_length),
        peak_bytes=LOGIT_BYTES * logits
        + training_bytes(situation, learning, batch_size=pace.batch_size, max_length=strategy.max_length)
        + 18.0 * decoder_weights(shape),
    )


def writing_s(situation: Situation, rows: float, *, beams: int = 1, max_length: int | None = None) -> float:
    """Seconds that the base takes to write texts for so many rows."""
    assert situation.base is not None
    shape, machine = situation.base.shape, situation.machine
    read, said = mean_tokens(situation, max_length), written_length(situation)
    rate = READING_SHARE[machine.precision] * machine.flops
    products = 2.0 * (
        encoder_weights(shape) * read + beams * (decoder_weights(shape) + output_weights(shape)) * said
    )
    passes = said * rows * beams / AT_ONCE * shape.blocks * PASS_S[machine.device]
    return rows * products / rate + passes


def written_length(situation: Situation) -> float:
    """Tokens of a text to write, on average; as those that are read where that was not counted."""
    answers = situation.profile.answers
    return mean_tokens(situation) if answers is None else max(1.0, answers.mean)


def whole(shape: Shape) -> Shape:
    """The sizes of encoder and decoder together."""
    return replace(shape, blocks=2 * shape.blocks, parameters=shape.parameters + int(decoder_weights(shape)))


def encoder_weights(shape: Shape) -> float:
    """Weights that each token read is multiplied by."""
    return float(shape.parameters - shape.embedding_parameters)


def decoder_weights(shape: Shape) -> float:
    """Weights that each token written is multiplied by; a third more than the encoder's if not known."""
    return float(shape.decoder_parameters or 4.0 / 3.0 * encoder_weights(shape))


def output_weights(shape: Shape) -> float:
    """Weights of the layer that tells the next token."""
    return float(shape.vocabulary * shape.width)
