"""The rows of tasks other than classification of single texts, the same for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

DRAW_SEED = 0
# Two thirds of the paragraphs are trained on where a set has one file alone.
TRAIN_SHARE = 2 / 3
METRICS = {
    "tagging": ("entity_f1", "entity_precision", "entity_recall"),
    "regression": ("pearson", "spearman"),
    "classification": ("macro_f1", "accuracy"),
    "question_answering": ("answer_f1", "exact_match"),
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a set lies, and what its columns are.

    Args:
        task: kind of task.
        train: file with training rows.
        test: file with test rows; None where the one file is split by its paragraphs.
        text: text columns, where they have to be named.
        target: target column, where it has to be named.
    """

    task: str
    train: str = "train.parquet"
    test: str | None = "test.parquet"
    text: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


SOURCES = {
    "wnut17": Source(task="tagging"),
    "ncbi_disease": Source(task="tagging"),
    "stsb": Source(task="regression", text=("text_a", "text_b"), target=("score",)),
    "mrpc": Source(task="classification", text=("text_a", "text_b"), target=("label",)),
    "xquad": Source(task="question_answering", train="test_en.parquet", test=None),
}


@dataclass(frozen=True, kw_only=True)
class TaskRows:
    """Training and test rows of one set, as Headstart reads them.

    Args:
        name: the set.
        task: what is to be predicted.
        train: training rows.
        test: test rows.
    """

    name: str
    task: Any
    train: Any
    test: Any

    @property
    def sha256(self) -> str:
        """Hash of all rows: what the figures depend on."""
        from headstart.data.ordering import fingerprint

        return fingerprint({"train": self.train, "test": self.test})

    def scores(self, predictions: Any) -> dict[str, float]:
        """What the task's metrics say of predictions for the test rows."""
        from headstart import registry

        gold, found = self.task.gold(self.test), {}
        for name in METRICS[SOURCES[self.name].task]:
            metric = registry.build("metrics", name, {})
            found[name] = metric.value(metric.stats(gold, predictions))
        return found


def draw_task(data: Path, name: str, *, rows: int | None = None) -> TaskRows:
    """All rows of a set, or so many of its training and of its test rows, drawn with one seed.

    Args:
        data: folder with a folder for each set.
        name: the set, one of `SOURCES`.
        rows: how many of each part at most.
    """
    source = SOURCES[name]
    from headstart import registry

    train = _read(data / name / source.train, source)
    if source.test is None:
        train, test = _by_paragraph(train)
    else:
        test = _read(data / name / source.test, source)
    # From all rows, so that few of them know of every kind of answer too.
    task = registry.load("tasks", source.task).infer(train).settled(train)
    train, test = (_some(each, rows) for each in (train, test))
    return TaskRows(name=name, task=task, train=train, test=test)


def _read(path: Path, source: Source) -> Any:
    from headstart.data.load_rows import load_rows
    from headstart.data.options import DataOptions

    options = DataOptions(text=source.text, target=source.target)
    return load_rows(path, options, task_name=source.task).rows


def _by_paragraph(rows: Any) -> tuple[Any, Any]:
    contexts = np.asarray(rows.frame[rows.columns.text[1]].to_list(), dtype=object)
    known = np.random.default_rng(DRAW_SEED).permutation(np.unique(contexts))
    mine = np.isin(contexts, known[: round(TRAIN_SHARE * len(known))])
    return rows.take(mine), rows.take(~mine)


def _some(rows: Any, count: int | None) -> Any:
    if count is None or len(rows) <= count:
        return rows
    return rows.take(np.sort(np.random.default_rng(DRAW_SEED).permutation(len(rows))[:count]))
