"""Full fine-tuning with the Hugging Face `Trainer`, set as its tutorials set it.

Source: https://huggingface.co/docs/transformers/tasks/sequence_classification (weight decay 0.01, batch 16,
rate 2e-5, dynamic padding); the tutorial's choice of an epoch on test rows is left out.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
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

    from benchmarks.subsets import Texts

# The number of threads decides the order of sums and so a result's last digits. One is fixed, not all cores:
# it costs time only, and threads that spin at barriers are many times slower where other programs run too.
THREADS = 1


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Settings of one fine-tuning."""

    rate: float
    epochs: int
    batch: int = 16
    weight_decay: float = 0.01
    max_length: int = 256
    precision: str = "bfloat16"

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values."""
        return {**asdict(self), "threads": THREADS}


TUTORIAL = Recipe(rate=2e-5, epochs=3)
GRID = tuple(Recipe(rate=rate, epochs=epochs) for rate in (2e-5, 1e-4, 3e-4) for epochs in (3, 6))


def fine_tune(train: Texts, texts: Sequence[str], *, base: Path, recipe: Recipe, seed: int) -> list[str]:
    """Train on `train` and label `texts`.

    Args:
        train: rows to train on.
        texts: rows to label.
        base: folder of the pre-trained model.
        recipe: settings.
        seed: decides the head's first weights, the order of the rows and dropout.
    """
    torch.set_num_threads(THREADS)
    set_seed(seed)
    classes = sorted(set(train.labels))
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=len(classes), dtype=torch.float32
    )
    rows = _encode(tokenizer, train.texts, recipe)
    for row, label in zip(rows, train.labels, strict=True):
        row["labels"] = classes.index(label)
    collate = DataCollatorWithPadding(tokenizer)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            args=_arguments(folder, recipe, seed),
            train_dataset=rows,
            data_collator=collate,
            processing_class=tokenizer,
        )
        trainer.train()
    chosen = _predict(trainer.model, _encode(tokenizer, texts, recipe), collate, recipe)
    return [classes[index] for index in chosen]


def _arguments(folder: str, recipe: Recipe, seed: int) -> TrainingArguments:
    return TrainingArguments(
        output_dir=folder,
        learning_rate=recipe.rate,
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch,
        weight_decay=recipe.weight_decay,
        bf16=recipe.precision == "bfloat16",
        seed=seed,
        use_cpu=True,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
    )


def _encode(tokenizer: Any, texts: Sequence[str], recipe: Recipe) -> list[dict[str, Any]]:
    tokens = tokenizer(list(texts), truncation=True, max_length=recipe.max_length)
    return [{key: values[row] for key, values in tokens.items()} for row in range(len(texts))]


def _predict(model: Any, rows: list[dict[str, Any]], collate: Any, recipe: Recipe) -> list[int]:
    """Label rows in batches of like length, in their own order, which `Trainer.predict` may not keep."""
    model.eval()
    order = np.argsort([len(row["input_ids"]) for row in rows], kind="stable")
    chosen = np.zeros(len(rows), dtype=int)
    for start in range(0, len(order), 64):
        index = order[start : start + 64]
        batch = collate([rows[row] for row in index])
        with (
            torch.inference_mode(),
            torch.autocast("cpu", torch.bfloat16, enabled=recipe.precision == "bfloat16"),
        ):
            chosen[index] = model(**batch).logits.float().argmax(dim=1).numpy()
    return chosen.tolist()
