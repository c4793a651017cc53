"""Small data with a tag a word, and what is promised of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from headstart.core.entities import as_bio, entities
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.tasks.tagging import Tagging
from tests.contracts.metric_contract import MetricContract
from tests.contracts.small_data import FILLERS
from tests.contracts.strategy_contract import StrategyContract

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("ANIMAL", "THING")
PHRASES = {"ANIMAL": ("cat", "good cat"), "THING": ("screen", "red light", "invoice")}
CLASSES = ("O", "B-ANIMAL", "I-ANIMAL", "B-THING", "I-THING")


def tag_rows(rows: int, *, seed: int = 0) -> Rows:
    """Short texts of which some words are entities."""
    rng = np.random.default_rng(seed)
    texts, answers = [], []
    for place in range(rows):
        words, tags = list(rng.choice(FILLERS, size=int(rng.integers(1, 4)))), []
        tags += ["O"] * len(words)
        for kind in (KINDS[place % 2], KINDS[int(rng.integers(2))]):
            phrase = str(rng.choice(PHRASES[kind])).split()
            words += phrase
            tags += [f"B-{kind}", *[f"I-{kind}"] * (len(phrase) - 1)]
            more = list(rng.choice(FILLERS, size=int(rng.integers(1, 3))))
            words += more
            tags += ["O"] * len(more)
        texts.append(" ".join(words))
        answers.append(json.dumps(tags))
    frame = pl.DataFrame({"tokens": texts, "tags": answers})
    return Rows.of(frame, Columns(text=("tokens",), target="tags"))


def gold_of(*rows: Sequence[str]) -> Any:
    """Gold of these tags."""
    found = np.empty(len(rows), dtype=object)
    for place, tags in enumerate(rows):
        found[place] = np.array([CLASSES.index(each) for each in tags], dtype=np.int64)
    return found


def tags_told(*rows: Sequence[str]) -> Predictions:
    """Predictions of these tags."""
    flat = [CLASSES.index(each) for tags in rows for each in tags]
    return Predictions(
        classes=CLASSES,
        tags=np.array(flat, dtype=np.int64),
        sizes=np.array([len(tags) for tags in rows], dtype=np.int64),
    )


def random_tags(rng: np.random.Generator, words: int) -> list[str]:
    """Whole stretches and words outside of them."""
    drawn = [str(each) for each in rng.choice(CLASSES, size=words, p=(0.4, 0.2, 0.15, 0.15, 0.1))]
    return as_bio(entities(drawn), words)


class TagMetricContract(MetricContract):
    """What a metric of tags promises."""

    def sample(self):
        rng = np.random.default_rng(0)
        true = [random_tags(rng, int(rng.integers(3, 9))) for _ in range(60)]
        given = [each if rng.random() < 0.6 else random_tags(rng, len(each)) for each in true]
        return gold_of(*true), tags_told(*given)

    def perfect(self, gold):
        return tags_told(*[[CLASSES[each] for each in row] for row in gold])

    def bare(self):
        return gold_of(["O"], ["B-THING"]), Predictions(classes=CLASSES)


class TagContract(StrategyContract):
    """`accuracy` is the least entity F1 on unseen rows."""

    metric: ClassVar[str] = "entity_f1"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return tag_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return Tagging(kinds=KINDS)

    def muddled(self, dev: Rows) -> Any:
        outside = [json.dumps(["O"] * len(json.loads(each))) for each in dev.targets]
        return pl.Series(dev.columns.target, outside)

    def quality(self, predictions: Predictions, gold: Any) -> float:
        from headstart.metrics.entity_f1 import EntityF1

        return EntityF1().value(EntityF1().stats(gold, predictions))

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        assert predictions.classes == task.classes
        assert len(predictions.words) == rows
        assert predictions.sizes.sum() == len(predictions.tags)
        for tags in predictions.words:
            assert as_bio(entities(tags), len(tags)) == tags
