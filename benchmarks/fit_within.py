"""One fit in this process, scored on rows of the training file that it has not seen."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, log_loss

if TYPE_CHECKING:
    from benchmarks.subsets import Subset


def fit_within(subset: Subset, strategy: str, params: dict[str, Any], *, seed: int) -> dict[str, Any]:
    """Scores on the held-out rows, seconds of the fit and the final training loss.

    Args:
        subset: rows to learn from, and as its test rows those to score on.
        strategy: name of the strategy.
        params: its parameters where they are not its defaults.
        seed: owns all randomness.
    """
    started = time.perf_counter()
    last = last_checkpoint(subset.train.rows(), strategy, params, seed=seed)
    seconds = time.perf_counter() - started
    held_out = subset.test.rows()
    predictions = last.model.predict(held_out)
    gold, sure = last.model.task.gold(held_out), np.asarray(predictions.probabilities, dtype=np.float64)
    sure = np.clip(sure, 1e-6, None)
    return {
        "macro_f1": float(f1_score(gold, predictions.labels, average="macro")),
        "accuracy": float(accuracy_score(gold, predictions.labels)),
        "log_loss": float(
            log_loss(gold, sure / sure.sum(axis=1, keepdims=True), labels=range(sure.shape[1]))
        ),
        "train_loss": last.curve.train_loss,
        "seconds": round(seconds, 2),
    }


def last_checkpoint(train: Any, strategy: str, params: dict[str, Any], *, seed: int) -> Any:
    """What a fit of the embedded base on all of some rows ends with.

    Args:
        train: rows to learn from.
        strategy: name of the strategy.
        params: its parameters where they are not its defaults.
        seed: owns all randomness.
    """
    from headstart import registry
    from headstart.config import cache_folder
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.describe import describe
    from headstart.models.machine import known_machine

    task = registry.load("tasks", "classification").infer(train)
    step = registry.build("strategies", strategy, params)
    with tempfile.TemporaryDirectory() as folder:
        context = Context(
            seed=seed,
            device="cpu",
            precision=known_machine(cache_folder()).precision,
            workdir=Path(folder),
            metric=registry.build("metrics", "macro_f1", {}),
        )
        start = Model(task=task, predictor=None, base=describe("embedded") if step.needs_base else None)
        *_, last = step.adapt(start, Split(task=task, train=train, dev=train.take([])), context)
    return last


def traits(subset: Subset) -> dict[str, float]:
    """What a profile would say of the training rows."""
    from headstart.models.describe import describe
    from headstart.models.light_tokenizer import light_tokenizer
    from headstart.profiling.lengths import lengths_of

    base, labels = describe("embedded"), subset.train.labels
    counts = np.unique(labels, return_counts=True)[1]
    lengths = lengths_of(
        [list(subset.train.texts)], tokenizer=light_tokenizer(base), name=base.name, limit=base.max_length
    )
    return {
        "rows": len(labels),
        "classes": len(counts),
        "length": round(lengths.mean, 1),
        "imbalance": round(float(counts.max() / counts.min()), 2),
    }
