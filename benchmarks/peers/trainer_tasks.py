"""The Hugging Face `Trainer` as its examples set it for each task, from raw rows to a trained model."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoTokenizer, Trainer, TrainingArguments, set_seed

from benchmarks.peers.trainer_answers import Answers
from benchmarks.peers.trainer_pairs import Classes, Numbers
from benchmarks.peers.trainer_tags import Tags

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.task_rows import TaskRows

# What each setting changes of `Trainer` with batch 16 and weight decay 0.01: the rate of its tutorials, one
# that suits a model this small better, and what makes it faster on top of that.
SETTINGS: dict[str, dict[str, Any]] = {
    "trainer_tutorial": {"learning_rate": 2e-5},
    "trainer_high_rate": {"learning_rate": 1e-4},
    "trainer_bf16_grouped": {
        "learning_rate": 1e-4,
        "bf16": True,
        "train_sampling_strategy": "group_by_length",
    },
}
JOBS: dict[str, Any] = {
    "tagging": Tags,
    "regression": Numbers,
    "classification": Classes,
    "question_answering": Answers,
}
MAX_LENGTH, AT_ONCE = 256, 64


def fit(rows: TaskRows, system: str, *, base: Path, epochs: int, seed: int) -> tuple[float, Any]:
    """Seconds from raw rows to a trained model, and what it says of the test rows.

    Args:
        rows: the rows.
        system: a key of `SETTINGS`.
        base: folder of the pre-trained model.
        epochs: passes over the training rows.
        seed: decides the head's first weights, the order of the rows and dropout.
    """
    job = JOBS[rows.task.name](task=rows.task, max_length=MAX_LENGTH)
    started = time.perf_counter()
    set_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = job.model(base)
    examples = job.encoded(tokenizer, rows.train)
    collate = job.collate(tokenizer)
    with tempfile.TemporaryDirectory() as folder:
        arguments = {
            "num_train_epochs": epochs,
            "per_device_train_batch_size": 16,
            "weight_decay": 0.01,
            "seed": seed,
            "use_cpu": True,
            "save_strategy": "no",
            "logging_strategy": "no",
            "report_to": "none",
            "disable_tqdm": True,
            "dataloader_pin_memory": False,
        }
        trainer = Trainer(
            model=model,
            args=TrainingArguments(folder, **{**arguments, **SETTINGS[system]}),
            train_dataset=examples,
            data_collator=collate,
            processing_class=tokenizer,
        )
        trainer.train()
    seconds = time.perf_counter() - started
    return seconds, job.told(rows.test, tokenizer, lambda some: _outputs(trainer.model, some, collate))


def _outputs(model: Any, examples: list[dict[str, Any]], collate: Any) -> list[Any]:
    """The outputs of each example in order, padding included."""
    model.eval()
    found: list[Any] = []
    for start in range(0, len(examples), AT_ONCE):
        with torch.inference_mode():
            some = collate(examples[start : start + AT_ONCE])
            told = model(**{name: each for name, each in some.items() if name not in TARGETS})
        parts = (told.start_logits, told.end_logits) if "start_logits" in told else (told.logits,)
        found += list(zip(*(each.float().numpy() for each in parts), strict=True))
    return found


TARGETS = ("labels", "start_positions", "end_positions")
