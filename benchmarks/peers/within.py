"""What one of the peers makes of a file in a given time, in a process of its own.

python -m benchmarks.peers.within --rows ROWS.json --system trainer_grid --within 120 --seed 0 --base FOLDER

ROWS.json holds `train` and `test`, each with `texts` and `labels`. The clock starts once the libraries are
imported and ends when the model is trained; labelling the test rows is not counted. Training that is not
done by then stops where it is.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.metrics import f1_score

from benchmarks.options import Options
from benchmarks.peers.native_bfloat16 import native_bfloat16
from benchmarks.preloaded import preload
from benchmarks.subsets import Texts, told_texts

Label = Callable[[Sequence[str]], list[str]]

# Settings of the grid, those that do best on most sets first, as long as there is time.
GRID = tuple(
    {"learning_rate": rate, "num_train_epochs": epochs} for epochs in (3, 6) for rate in (1e-4, 2e-5, 3e-4)
)
DEV_SHARE = 0.2
# What a fit takes beyond the last one of its kind on fewer rows, so that the refit is not cut short.
SPARE = 1.3
# Seconds that the head of setfit and the vectors of its rows are given.
HEAD_S = 5.0
PEERS_BATCH, SETFIT_STEPS = 16, 2000


def main() -> None:
    """Print seconds, labels of the test rows and what was done as one line of JSON."""
    options = Options(__doc__)
    options.add_argument("--rows", type=Path, required=True)
    options.add_argument("--system", choices=SYSTEMS, required=True)
    options.add_argument("--within", type=float, required=True, help="seconds")
    options.add_argument("--base", type=Path, required=True)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    train, test = told_texts(asked.rows)
    preload("sklearn.linear_model", "sklearn.feature_extraction.text")
    started = time.monotonic()
    job = Job(train=train, base=asked.base, seed=asked.seed, stop_at=started + asked.within)
    label, done = SYSTEMS[asked.system](job)
    seconds = time.monotonic() - started
    print(json.dumps({"seconds": seconds, "labels": label(list(test.texts)), **done}))


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be fitted, and until when.

    Args:
        train: the training rows.
        base: folder of the pre-trained model.
        seed: decides all that is drawn.
        stop_at: reading of `time.monotonic` at which the time is up.
    """

    train: Texts
    base: Path
    seed: int
    stop_at: float

    @property
    def left_s(self) -> float:
        """Seconds that are left."""
        return self.stop_at - time.monotonic()


def tfidf_logistic(job: Job) -> tuple[Label, dict[str, Any]]:
    """scikit-learn's tf-idf and logistic regression, as they come."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    model.fit(job.train.texts, job.train.labels)
    return lambda texts: [str(each) for each in model.predict(texts)], {}


def frozen_logistic(job: Job) -> tuple[Label, dict[str, Any]]:
    """`SentenceTransformer` vectors and scikit-learn's logistic regression, as they come."""
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    encoder = SentenceTransformer(str(job.base), device="cpu")
    model = LogisticRegression(max_iter=1000).fit(encoder.encode(list(job.train.texts)), job.train.labels)
    return lambda texts: [str(each) for each in model.predict(encoder.encode(list(texts)))], {}


def trainer_tutorial(job: Job) -> tuple[Label, dict[str, Any]]:
    """`Trainer` with 3 epochs, rate 2e-5, batch 16, weight decay 0.01 and dynamic padding."""
    label, whole = _trained(job, job.train, {})
    return label, {"whole": whole}


def trainer_lora(job: Job) -> tuple[Label, dict[str, Any]]:
    """`Trainer` and `peft`: rank 8 on all linear layers, rate 2e-3, 3 epochs."""
    label, whole = _trained(job, job.train, {"learning_rate": 2e-3}, lora=True)
    return label, {"whole": whole}


def trainer_grid(job: Job) -> tuple[Label, dict[str, Any]]:
    """The setting that does best on a fifth of the rows, of those there is time for, refitted on all.

    With batches of like length, and bfloat16 where that is quicker, so that there is time for more of them.
    """
    fast = {"bf16": native_bfloat16(), "train_sampling_strategy": "group_by_length"}
    train, dev = _halves(job.train)
    scored: list[tuple[float, float, dict[str, Any]]] = []
    for setting in GRID if dev is not None else GRID[:1]:
        longest = max((each[1] for each in scored), default=0.0)
        # A setting of six epochs takes twice as long as the same of three.
        needed = longest * (2.0 if setting["num_train_epochs"] > 3 and len(scored) <= 3 else 1.0)
        refit = SPARE * max(needed, longest) / (1.0 - DEV_SHARE)
        if dev is None or job.left_s < needed + refit:
            break
        began = time.monotonic()
        label, whole = _trained(job, train, {**fast, **setting})
        if not whole:
            break
        score = f1_score(dev.labels, label(dev.texts), average="macro")
        scored.append((float(score), time.monotonic() - began, setting))
    best = max(scored, key=lambda each: each[0])[2] if scored else GRID[0]
    label, whole = _trained(job, job.train, {**fast, **best})
    return label, {"whole": whole, "tried": len(scored), "setting": best}


def setfit(job: Job) -> tuple[Label, dict[str, Any]]:
    """`setfit` with its defaults; steps over all pairs, bounded where they would take hours."""
    import tempfile

    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments
    from transformers import set_seed

    from benchmarks.peers.setfit_once import default_steps

    steps = default_steps(job.train.labels)
    set_seed(job.seed)
    model: Any = SetFitModel.from_pretrained(str(job.base), device="cpu")
    rows = Dataset.from_dict({"text": list(job.train.texts), "label": list(job.train.labels)})
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            batch_size=PEERS_BATCH,
            max_steps=SETFIT_STEPS if steps > SETFIT_STEPS else -1,
            seed=job.seed,
            report_to="none",
            save_strategy="no",
            show_progress_bar=False,
        )
        stop = _stop(job.stop_at - HEAD_S)
        Trainer(model=model, args=arguments, train_dataset=rows, callbacks=[stop]).train()
    return lambda texts: [str(each) for each in model.predict(list(texts))], {"whole": not stop.cut}


SYSTEMS: dict[str, Callable[[Job], tuple[Label, dict[str, Any]]]] = {
    each.__name__: each
    for each in (tfidf_logistic, frozen_logistic, trainer_tutorial, trainer_grid, trainer_lora, setfit)
}


def _halves(rows: Texts) -> tuple[Texts, Texts | None]:
    try:
        return rows.halves(DEV_SHARE)
    except ValueError:
        # A class of one row, or fewer dev rows than classes.
        return rows, None


def _trained(job: Job, train: Texts, settings: dict[str, Any], *, lora: bool = False) -> tuple[Label, bool]:
    """What labels texts once it is trained, and whether there was time for all of the training."""
    import tempfile

    import torch
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
        set_seed,
    )

    from benchmarks.peers.trainer_timed import encoded, predicted, with_lora

    set_seed(job.seed)
    classes = sorted(set(job.train.labels))
    tokenizer = AutoTokenizer.from_pretrained(job.base)
    model: Any = AutoModelForSequenceClassification.from_pretrained(
        job.base, num_labels=len(classes), dtype=torch.float32
    )
    rows = encoded(tokenizer, train.texts)
    for row, label in zip(rows, train.labels, strict=True):
        row["labels"] = classes.index(label)
    collate, stop = DataCollatorWithPadding(tokenizer), _stop(job.stop_at)
    usual = {"learning_rate": 2e-5, "num_train_epochs": 3, "per_device_train_batch_size": 16}
    usual |= {"weight_decay": 0.01, "seed": job.seed, "use_cpu": True, "save_strategy": "no"}
    usual |= {"logging_strategy": "no", "report_to": "none", "disable_tqdm": True}
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=with_lora(model) if lora else model,
            args=TrainingArguments(folder, dataloader_pin_memory=False, **{**usual, **settings}),
            train_dataset=rows,
            data_collator=collate,
            processing_class=tokenizer,
            callbacks=[stop],
        )
        trainer.train()
    trained = trainer.model
    trained.eval()
    return lambda texts: [
        classes[index] for index in predicted(trained, encoded(tokenizer, texts), collate)
    ], not stop.cut


def _stop(at: float) -> Any:
    """A callback that ends the training when the time is up."""
    from transformers import TrainerCallback

    class Stop(TrainerCallback):
        cut = False

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if time.monotonic() >= at and state.global_step < state.max_steps:
                self.cut = control.should_training_stop = True

    return Stop()


if __name__ == "__main__":
    main()
