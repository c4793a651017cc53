"""Small rows with columns beside the text, written for these tests, and what is promised of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from headstart import registry
from headstart.core.feature import CATEGORY, NUMBER, Feature
from headstart.core.rows import Columns, Rows
from headstart.tasks.multilabel import Multilabel
from headstart.tasks.regression import Regression
from tests.contracts.small_data import CLASSES, FILLERS, WORDS, small_situation
from tests.contracts.strategy_contract import StrategyContract

if TYPE_CHECKING:
    from headstart.core.base import BaseInfo
    from headstart.core.plan import Situation
    from headstart.core.split import Split

COLOURS = ("red", "green", "blue")
FEATURES = (
    Feature(name="size", kind=NUMBER),
    Feature(name="colour", kind=CATEGORY, categories=COLOURS),
    Feature(name="noise", kind=NUMBER),
)


def table_rows(rows: int, *, seed: int = 0) -> Rows:
    """Rows of three classes: the text tells the first one, size and colour tell the other two apart.

    One cell in ten is missing.
    """
    rng = np.random.default_rng(seed)
    labels = [CLASSES[position % len(CLASSES)] for position in range(rows)]
    shown = [CLASSES[0] if label == CLASSES[0] else CLASSES[1] for label in labels]
    texts = [
        " ".join(rng.permutation([*rng.choice(WORDS[word], size=3), *rng.choice(FILLERS, size=4)]))
        for word in shown
    ]
    large = np.array([label == CLASSES[2] for label in labels])
    guess = rng.random(rows) < 0.5
    sizes = np.where(np.where(np.array(shown) == CLASSES[0], guess, large), 2.0, 0.0) + rng.random(rows)
    shown_colours = np.where(sizes > 1.5, "red", "green")
    colours = np.where(rng.random(rows) < 0.3, shown_colours, rng.choice(COLOURS, size=rows))
    gone = rng.random((2, rows)) < 0.1
    frame = pl.DataFrame(
        {
            "text": texts,
            "size": pl.Series(
                [None if lost else float(each) for each, lost in zip(sizes, gone[0], strict=True)]
            ),
            "colour": pl.Series(
                [None if lost else str(each) for each, lost in zip(colours, gone[1], strict=True)],
                dtype=pl.String,
            ),
            "noise": rng.normal(size=rows),
            "label": labels,
        }
    )
    return Rows.of(frame, Columns(text=("text",), target="label", features=FEATURES))


def with_numbers(rows: Rows) -> Rows:
    """The same rows with a number to predict: the size, and more where the text is of the first class."""
    first = np.array([label == CLASSES[0] for label in rows.targets])
    sizes = rows.frame["size"].fill_null(1.5).to_numpy()
    target = pl.Series("label", [f"{3 * one + size:.4f}" for one, size in zip(first, sizes, strict=True)])
    return replace(rows, frame=rows.frame.with_columns(target))


def with_labels(rows: Rows) -> Rows:
    """The same rows with any number of labels: `first` from the text, `large` from the size."""
    sizes = rows.frame["size"].fill_null(0.0).to_list()
    sets = [
        [*(["first"] if label == CLASSES[0] else []), *(["large"] if size > 1.5 else [])]
        for label, size in zip(rows.targets, sizes, strict=True)
    ]
    return replace(
        rows, frame=rows.frame.with_columns(pl.Series("label", [json.dumps(each) for each in sets]))
    )


class TableContract(StrategyContract):
    """What a strategy promises that reads columns beside the text."""

    train_rows: ClassVar[int] = 150

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return table_rows(rows, seed=seed)

    def situation(self, split: Split, base: BaseInfo | None, rows: int) -> Situation:
        return small_situation(split.task, base, train_rows=rows, features=FEATURES)

    def split_for(self, task: Any, train: Rows, dev: Rows) -> Split:
        """A split of another kind of task."""
        return replace(self.split_of(train, dev), task=task)

    def test_without_columns_it_is_blocked_with_what_to_do(self, start, split):
        bare = small_situation(split.task, start.base, train_rows=90)
        assert any("--columns" in each for each in self.strategy().blockers(bare))

    def test_without_the_library_it_is_blocked_with_the_extra(self, start, split, monkeypatch):
        monkeypatch.setattr("headstart.models.lightgbm_there.find_spec", lambda name: None)
        reasons = self.strategy().blockers(self.situation(split, start.base, 90))
        assert any("headstart[tables]" in each for each in reasons)

    def test_it_learns_numbers_from_columns(self, start, context):
        train, dev, unseen = (
            with_numbers(table_rows(rows, seed=seed)) for rows, seed in ((150, 1), (30, 2), (90, 3))
        )
        split = self.split_for(Regression.infer(train), train, dev)
        judged = replace(context, metric=registry.build("metrics", "pearson", {}))
        model = self.adapted(replace(start, task=split.task), split, judged)[-1].model
        found = model.predict(unseen).values
        assert np.corrcoef(found, split.task.gold(unseen))[0, 1] > 0.4

    def test_it_learns_several_labels_from_columns(self, start, context):
        train, dev, unseen = (
            with_labels(table_rows(rows, seed=seed)) for rows, seed in ((150, 1), (30, 2), (90, 3))
        )
        split = self.split_for(Multilabel(classes=("first", "large")), train, dev)
        judged = replace(context, metric=registry.build("metrics", "label_micro_f1", {}))
        found = self.adapted(replace(start, task=split.task), split, judged)[-1].model.predict(unseen)
        right = found.chosen[:, 1] == (split.task.gold(unseen)[:, 1] > 0.5)
        assert found.probabilities.shape == (90, 2)
        assert right.mean() > 0.9
