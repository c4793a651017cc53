"""Fits on nested shares of the rows: what a forecast may see, and what all the rows then gave."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.special import softmax

from headstart import registry
from headstart.core.context import Context
from headstart.core.model import Model
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.core.split import Split
from headstart.evaluation.jackknife import blocks_of, influences

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

METRICS = ("macro_f1", "accuracy", "log_loss")
# What is seen: a sixteenth, an eighth and a quarter of the rows.
SHARES = (16, 8, 4)
FILES = {"umsab_sentiment": "train_english.parquet"}
SIZES, MOST_PROBED = (384, 1152, 3456), 1152
MOST_TEST, MOST_DEV, LEAST_DEV = 1200, 500, 200
# Texts longer than this on average take a base too long to read.
LONG_CHARACTERS = 500
# The strength is not chosen anew at every size: it takes most of the time and moves the curve little.
SETTINGS = {
    "tfidf": ("tfidf", {"strength": 10.0}),
    "tfidf_words": ("tfidf", {"strength": 10.0, "characters": "no"}),
}
PRECISION = "bfloat16"


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool:
    """One data set, shared out: big test rows, dev rows, and the rest to train on.

    Args:
        name: the data set.
        rows: all of its training file, each text once.
        test: positions of the rows that tell what was reached; the same for every seed.
        dev: positions of the rows that a forecast sees scores of.
        train: positions of the rest, in an order whose every beginning has all classes in proportion.
        work: folder that keeps features between calls.
    """

    name: str
    rows: Rows
    test: Int[ndarray, " test"]
    dev: Int[ndarray, " dev"]
    train: Int[ndarray, " train"]
    work: Path

    @classmethod
    def read(cls, data: Path, name: str, *, seed: int, work: Path) -> Pool:
        """Reads the training file of a set and shares it out.

        Args:
            data: folder with one folder a data set.
            name: the data set.
            seed: decides which rows are dev, and the order of the others.
            work: folder that keeps features between calls.
        """
        path = data / name / FILES.get(name, "train.parquet")
        if not path.exists():
            raise SystemExit(f"{path} is missing; --data names a folder with a folder for each data set")
        frame = pl.read_parquet(path, columns=["text", "label"]).cast(pl.String)
        frame = frame.unique("text", keep="first", maintain_order=True)
        rows = Rows.of(frame, Columns(text=("text",), target="label"))
        labels = np.unique(rows.targets, return_inverse=True)[1]
        dev_rows = min(MOST_DEV, len(rows) // 10)
        order = _evenly(labels, np.random.default_rng(0))
        test, rest = np.split(order, [min(MOST_TEST, len(order) // 4)])
        # The same rows for every seed, so that their features are made once.
        rest = rest[: dev_rows + SIZES[-1]]
        rest = rest[_evenly(labels[rest], np.random.default_rng([1, seed]))]
        used = np.concatenate([test, rest])
        parts = np.split(np.arange(len(used)), np.cumsum([len(test), dev_rows]))
        return cls(name=name, rows=rows.take(used), test=parts[0], dev=parts[1], train=parts[2], work=work)

    def sizes(self, *, most: int) -> tuple[int, ...]:
        """How many training rows a case may have: enough for two of each class in the smallest share."""
        fewest = 2 * SHARES[0] * len(self.task.classes)
        return tuple(size for size in SIZES if fewest <= size <= min(most, len(self.train)))

    @property
    def long(self) -> bool:
        """Whether a base takes too long to read these texts."""
        return float(self.rows.frame["text"].str.len_chars().to_numpy().mean()) > LONG_CHARACTERS

    @cached_property
    def task(self) -> Any:
        """The task that the rows state."""
        return registry.load("tasks", "classification").infer(self.rows)

    @cached_property
    def features(self) -> Any:
        """A vector of the untouched base for each row that a probe needs, and noughts for the others."""
        from headstart.models.describe import describe
        from headstart.models.features import pooled_features
        from headstart.models.open_base import open_backbone

        backbone = open_backbone(describe("embedded"))
        needed = np.concatenate([self.test, self.dev, self.train[:MOST_PROBED]])
        rows, how = self.rows.take(needed), backbone.info.pooling
        examples = self.task.encode(rows, backbone.tokenizer, backbone.info.max_length)
        found = pooled_features(backbone, examples, how=how, precision=PRECISION, cache=self.work)
        features = np.zeros((len(self.rows), found.shape[1]), dtype=np.float32)
        features[needed] = found
        return features


def cases_of(pool: Pool, strategy: str, *, sizes: tuple[int, ...], seed: int) -> dict[str, Any]:
    """Scores on the shares of the rows with their covariance, and on all rows, by size and metric.

    Args:
        pool: the rows.
        strategy: what is fitted.
        sizes: how many rows all of them are.
        seed: owns what chance there is in a fit.
    """
    gold = pool.task.gold(pool.rows)
    found = {}
    for size in sizes:
        dev = pool.dev[: max(LEAST_DEV, size // 4)]
        shares = [size // part for part in SHARES]
        fits = [_predicted(pool, strategy, rows, asked=(dev, pool.test), seed=seed) for rows in shares]
        whole = _predicted(pool, strategy, size, asked=(pool.test,), seed=seed)[0]
        found[str(size)] = {
            "rows": shares,
            "dev_rows": len(dev),
            "test_rows": len(pool.test),
            "metrics": {
                name: {
                    **_seen(name, gold[dev], [each[0] for each in fits]),
                    "share_on_test": [_value(name, gold[pool.test], each[1]) for each in fits],
                    **_reached(name, gold[pool.test], whole),
                }
                for name in METRICS
            },
        }
    return {"cases": found}


def _predicted(
    pool: Pool, strategy: str, rows: int, *, asked: tuple[Int[ndarray, " rows"], ...], seed: int
) -> list[Predictions]:
    """What a fit on the first so many training rows says of other rows."""
    chosen = pool.train[:rows]
    if strategy == "probe":
        from headstart.train.linear import fit_linear

        gold = pool.task.gold(pool.rows)
        fit = fit_linear(pool.features[chosen], gold[chosen], len(pool.task.classes), seed=seed)
        given = [softmax(pool.features[each] @ fit.weight.T + fit.bias, axis=1) for each in asked]
        classes = pool.task.classes
        return [Predictions(classes=classes, labels=each.argmax(1), probabilities=each) for each in given]
    model = _adapted(pool, strategy, pool.rows.take(np.sort(chosen)), seed)
    return [model.predict(pool.rows.take(each)) for each in asked]


def _adapted(pool: Pool, strategy: str, train: Rows, seed: int) -> Model:
    from headstart.models.describe import describe

    step = registry.build("strategies", *SETTINGS.get(strategy, (strategy, {})))
    metric = registry.build("metrics", METRICS[0], {})
    start = Model(task=pool.task, predictor=None, base=describe("embedded") if step.needs_base else None)
    with tempfile.TemporaryDirectory() as folder:
        context = Context(seed=seed, device="cpu", precision=PRECISION, workdir=Path(folder), metric=metric)
        *_, last = step.adapt(start, Split(task=pool.task, train=train, dev=train.take([])), context)
    return last.model


def _seen(name: str, gold: Int[ndarray, " dev"], fits: list[Predictions]) -> dict[str, Any]:
    metric = registry.build("metrics", name, {})
    stats = [metric.stats(gold, each) for each in fits]
    moved = influences(metric, stats, blocks_of(np.arange(len(gold)), models=len(stats), seed=0))
    covariance = moved.T @ moved / (len(moved) * (len(moved) - 1))
    return {"scores": [metric.value(each) for each in stats], "covariance": covariance.tolist()}


def _reached(name: str, gold: Int[ndarray, " test"], whole: Predictions) -> dict[str, Any]:
    metric = registry.build("metrics", name, {})
    stats = metric.stats(gold, whole)
    moved = influences(metric, [stats], blocks_of(np.arange(len(gold)), models=1, seed=0))
    error = float(np.sqrt((moved**2).sum() / (len(moved) * (len(moved) - 1))))
    return {"reached": float(metric.value(stats)), "reached_error": error}


def _value(name: str, gold: Int[ndarray, " test"], predictions: Predictions) -> float:
    metric = registry.build("metrics", name, {})
    return float(metric.value(metric.stats(gold, predictions)))


def _evenly(labels: Int[ndarray, " rows"], rng: np.random.Generator) -> Int[ndarray, " rows"]:
    """A random order whose every beginning has all classes about in proportion."""
    place = np.empty(len(labels))
    for label in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == label))
        place[mine] = (np.arange(len(mine)) + rng.random()) / len(mine)
    return np.argsort(place, kind="stable")
