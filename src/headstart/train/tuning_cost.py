"""How long a fine-tuning that reads texts takes, and the memory it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.plan import Cost
from headstart.train.dev_sample import rows_read
from headstart.train.learning import training_bytes
from headstart.train.work import OPENING_S, keeping_s, keeps_states, reading_s, replying_s, training_s

if TYPE_CHECKING:
    from headstart.core.plan import Situation
    from headstart.train.fine_tuning import FineTuning

# The linear classifier that the head starts from, and packing the trained weights.
HEAD_S = 1.5


def tuning_cost(strategy: FineTuning, situation: Situation) -> Cost:
    """Seconds and peak bytes of a fine-tuning: its head, its steps, and the dev rows read between them."""
    assert situation.base is not None
    shape = situation.base.shape
    pace = strategy.pace(situation.task, situation.train_rows)
    epochs = pace.epochs
    learning, dev_rows = strategy.learning(shape), min(situation.predict_rows, situation.train_rows / 4)
    share = learning.blocks / max(1, shape.blocks)
    # Rows are read once for the head, and their frozen part again at every pass unless it is kept.
    kept = share < 1.0 and keeps_states(situation, situation.train_rows + dev_rows, strategy.max_length)
    frozen_s = reading_s(situation, situation.train_rows * (1 if kept else epochs), strategy.max_length)
    patient = strategy.patience is not None
    looks = rows_read(dev_rows, situation.train_rows, epochs=epochs, patient=patient)
    read = situation.train_rows + situation.predict_rows + looks * (share if kept else 1)
    trained_s = training_s(
        situation,
        epochs * situation.train_rows,
        batch_size=pace.batch_size,
        learning=learning.weights,
        share=share,
        passes=learning.passes,
        max_length=strategy.max_length,
    )
    return Cost(
        seconds=OPENING_S
        + HEAD_S
        + epochs * keeping_s(shape, learning.weights)
        + trained_s
        + (1.0 - share) * frozen_s
        + reading_s(situation, read, strategy.max_length)
        + (replying_s(situation, situation.predict_rows) if situation.task.answer == "reply" else 0.0),
        peak_bytes=training_bytes(
            situation,
            learning,
            batch_size=pace.batch_size,
            kept_rows=kept * (situation.train_rows + dev_rows),
            max_length=strategy.max_length,
        ),
    )
