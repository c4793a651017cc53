"""The Hugging Face `Trainer` as people set it, timed from raw text to a trained model."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING, Any

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
    set_seed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.subsets import Subset

# What each setting changes of `Trainer` with 3 epochs, rate 2e-5, batch 16, weight decay 0.01.
SETTINGS: dict[str, dict[str, Any]] = {
    "trainer_fixed_padding": {"padding": "max_length"},
    "trainer_dynamic_padding": {},
    "trainer_bf16_grouped": {"bf16": True, "train_sampling_strategy": "group_by_length"},
    "trainer_peft_lora": {"learning_rate": 2e-3, "lora": True},
}
MAX_LENGTH = 128


def fit(
    subset: Subset, system: str, *, base: Path, epochs: int, seed: int, device: str = "cpu"
) -> tuple[float, list[str]]:
    """Seconds from raw text to a trained model, and what it says of the test rows.

    Args:
        subset: the rows.
        system: a key of `SETTINGS`.
        base: folder of the pre-trained model.
        epochs: passes over the training rows.
        seed: decides the head's first weights, the order of the rows and dropout.
        device: `cpu` or `cuda`.
    """
    settings = dict(SETTINGS[system])
    padding, lora = settings.pop("padding", False), settings.pop("lora", False)
    classes = sorted(set(subset.train.labels))
    started = time.perf_counter()
    set_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model: Any = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=len(classes), dtype=torch.float32
    )
    if lora:
        model = with_lora(model)
    rows = encoded(tokenizer, subset.train.texts, padding)
    for row, label in zip(rows, subset.train.labels, strict=True):
        row["labels"] = classes.index(label)
    collate = DataCollatorWithPadding(tokenizer)
    with tempfile.TemporaryDirectory() as folder:
        arguments = {
            "learning_rate": 2e-5,
            "num_train_epochs": epochs,
            "per_device_train_batch_size": 16,
            "weight_decay": 0.01,
            "seed": seed,
            "use_cpu": device == "cpu",
            "save_strategy": "no",
            "logging_strategy": "no",
            "report_to": "none",
            "disable_tqdm": True,
            "dataloader_pin_memory": False,
        }
        trainer = Trainer(
            model=model,
            args=TrainingArguments(folder, **{**arguments, **settings}),
            train_dataset=rows,
            data_collator=collate,
            processing_class=tokenizer,
        )
        trainer.train()
    seconds = time.perf_counter() - started
    chosen = predicted(trainer.model, encoded(tokenizer, subset.test.texts, False), collate)
    return seconds, [classes[index] for index in chosen]


def with_lora(model: Any) -> Any:
    """The model with adapters of rank 8 on all linear layers, which alone learn, beside the head."""
    from peft import LoraConfig, TaskType, get_peft_model

    config = LoraConfig(task_type=TaskType.SEQ_CLS, r=8, lora_alpha=16, target_modules="all-linear")
    return get_peft_model(model, config)


def encoded(tokenizer: Any, texts: Sequence[str], padding: Any = False) -> list[dict[str, Any]]:
    """What the model reads of each text, at most 128 tokens of it."""
    tokens = tokenizer(list(texts), truncation=True, max_length=MAX_LENGTH, padding=padding)
    return [{key: values[row] for key, values in tokens.items()} for row in range(len(texts))]


def predicted(model: Any, rows: list[dict[str, Any]], collate: Any) -> list[int]:
    """Index of the class of each row."""
    model.eval()
    chosen: list[int] = []
    for start in range(0, len(rows), 64):
        with torch.inference_mode():
            batch = collate(rows[start : start + 64]).to(model.device)
            chosen += model(**batch).logits.argmax(dim=1).tolist()
    return chosen
