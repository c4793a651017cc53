"""Small labelled texts, written for these tests, in words that the tiny models know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.core.machine import Machine
from headstart.core.plan import Situation
from headstart.core.profile import Lengths, Profile
from headstart.core.rows import Columns, Rows
from headstart.tasks.classification import Classification

if TYPE_CHECKING:
    from headstart.core.base import BaseInfo
    from headstart.core.feature import Feature
    from headstart.core.task import Task

WORDS = {
    "cinema": ("film", "end", "good", "bad", "looked"),
    "hardware": ("screen", "broken", "light", "red", "again"),
    "money": ("invoice", "paid", "send", "please", "never"),
}
FILLERS = ("the", "a", "is", "my", "was", "it", "and", "on", "with", "at")
CLASSES = tuple(WORDS)


def small_rows(rows: int, *, seed: int = 0, classes: tuple[str, ...] = CLASSES) -> Rows:
    """Short texts whose class shows in some of their words."""
    rng = np.random.default_rng(seed)
    labels = [classes[position % len(classes)] for position in range(rows)]
    texts = [_text(label, rng) for label in labels]
    return Rows.of(pl.DataFrame({"text": texts, "label": labels}), Columns(text=("text",), target="label"))


def small_task(classes: tuple[str, ...] = CLASSES) -> Classification:
    """The task that `small_rows` states."""
    return Classification(classes=classes)


def small_situation(
    task: Task, base: BaseInfo | None, *, train_rows: int, seed: int = 0, features: tuple[Feature, ...] = ()
) -> Situation:
    """A situation with short texts in English on a modest computer."""
    classes = {name: train_rows // len(CLASSES) for name in CLASSES}
    lengths = Lengths(
        tokenizer="words",
        mean=8,
        median=8,
        p90=11,
        p99=12,
        longest=12,
        limit=64,
        truncated=0.0,
        counted=train_rows,
    )
    machine = Machine(
        device="cpu",
        cores=2,
        memory_bytes=8 << 30,
        device_memory_bytes=8 << 30,
        precision="float32",
        flops=1e11,
    )
    return Situation(
        profile=Profile(rows={"train": train_rows}, classes=classes, lengths=lengths, language="en"),
        task=task,
        base=base,
        machine=machine,
        train_rows=train_rows,
        predict_rows=train_rows // 4,
        features=features,
    )


def _text(label: str, rng: np.random.Generator) -> str:
    words = [*rng.choice(WORDS[label], size=3), *rng.choice(FILLERS, size=int(rng.integers(2, 7)))]
    return " ".join(rng.permutation(words))
