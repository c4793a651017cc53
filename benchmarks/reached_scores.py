"""Scores on training rows of the sets for tuning, from whatever benchmark has measured them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import chain
from statistics import fmean
from typing import TYPE_CHECKING, Any

from benchmarks.learning_curve_table import CONFIRMED, TUNED
from headstart.planning.scores import Reached

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

BASE = "embedded"
BASELESS = ("tfidf",)
# Share of each class among the rows of the training files; banking77 has 77, most of them alike.
SHARES = {
    "ag_news": (0.25, 0.25, 0.25, 0.25),
    "amazon_multidomain": (0.505, 0.495),
    "banking77": (1 / 77,) * 77,
    "customer_reviews": (0.637, 0.363),
    "davidson_hate": (0.777, 0.168, 0.055),
    "medical_abstracts": (0.326, 0.227, 0.211, 0.132, 0.104),
    "scicite": (0.587, 0.278, 0.135),
    "sms_spam": (0.875, 0.125),
    "sst2": (0.522, 0.478),
    "trec": (0.231, 0.226, 0.214, 0.159, 0.153, 0.016),
    "tweeteval_emotion": (0.433, 0.265, 0.211, 0.091),
    "tweeteval_hate": (0.579, 0.421),
    "umsab_sentiment": (0.333, 0.333, 0.333),
}
# Of 2,000 rows, `adapt` keeps a fifth to judge by.
MAIN_JOB_ROWS = 1600
# What says the same whatever the rows.
CONSTANT = "majority"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A finished measurement as it was saved.

    Args:
        settings: what was measured.
        result: what came.
    """

    settings: dict[str, Any]
    result: dict[str, Any]


def reached_scores(results: Path, metric: str) -> tuple[Reached, ...]:
    """All scores of one metric, those of several draws and seeds as one.

    Whatever is learnt from them ships, so that they come from training rows of the sets for tuning alone:
    rows that were drawn from their training files and not learnt from.

    Args:
        results: folder of all results.
        metric: name of the metric.
    """
    return _as_one(
        chain(
            _draws(results, metric),
            _portfolio(results, metric),
            _runs(results, metric),
            _trained(results, metric),
            _curves(results, metric, sets=TUNED, strategies=("tfidf", "probe")),
        )
    )


def confirmation_scores(results: Path, metric: str) -> tuple[Reached, ...]:
    """Scores of tf-idf on the sets for confirmation, of which nothing ships and nothing is learnt.

    Args:
        results: folder of all results.
        metric: name of the metric.
    """
    curves = _curves(results, metric, sets=CONFIRMED, strategies=("tfidf_words",))
    return _as_one(replace(each, strategy="tfidf", base=None) for each in curves)


def _as_one(scores: Iterable[Reached]) -> tuple[Reached, ...]:
    found: dict[Reached, list[float]] = defaultdict(list)
    for each in scores:
        found[replace(each, score=0.0)].append(each.score)
    order = sorted(found, key=lambda each: (each.data, each.rows, each.strategy))
    return tuple(replace(each, score=round(fmean(found[each]), 4)) for each in order)


def _draws(results: Path, metric: str) -> Iterator[Reached]:
    """Fits on draws of few rows (`benchmarks.cases.regularisation`)."""
    for cell in _cells(results / "regularisation"):
        told = cell.settings
        if told["setting"] == "default":
            rows = int(told["traits"]["rows"])
            yield _reached(told["set"], told["strategy"], metric, rows=rows, score=cell.result[metric])


def _portfolio(results: Path, metric: str) -> Iterator[Reached]:
    """Fits with the default settings (`benchmarks.cases.search_portfolio`)."""
    for cell in _cells(results / "search_portfolio"):
        told = cell.settings
        if not told["params"] and metric in cell.result:
            name, _, rows = told["case"].partition(":")
            yield _reached(name, told["strategy"], metric, rows=int(rows), score=cell.result[metric])


def _runs(results: Path, metric: str) -> Iterator[Reached]:
    """What the strategies of whole runs reached on dev rows (`benchmarks.cases.main_job`)."""
    for cell in _cells(results / "main_job"):
        told = cell.settings
        if told["system"] != "adapt" or metric not in told["options"]:
            continue
        for name, score in cell.result["dev_scores"].items():
            # A name with a number is that of proposed settings.
            if name != CONSTANT and not name.partition(" ")[2]:
                yield _reached(told["set"], name, metric, rows=MAIN_JOB_ROWS, score=score)


def _trained(results: Path, metric: str) -> Iterator[Reached]:
    """Whole fits on many rows (`benchmarks.cases.short_training`)."""
    for cell in _cells(results / "short_training"):
        told = cell.settings
        score = cell.result["both"][metric]
        yield _reached(told["set"], told["strategy"], metric, rows=told["rows"], score=score)


def _curves(
    results: Path, metric: str, *, sets: Sequence[str], strategies: Sequence[str]
) -> Iterator[Reached]:
    """Fits on a quarter of the rows and on all of them (`benchmarks.cases.learning_curve`)."""
    for cell in _cells(results / "learning_curve"):
        name, strategy = cell.settings["set"], cell.settings["strategy"]
        if name not in sets or strategy not in strategies:
            continue
        for size, told in cell.result["cases"].items():
            values = told["metrics"][metric]
            last = values["share_on_test"][-1]
            yield _reached(name, strategy, metric, rows=told["rows"][-1], score=last)
            yield _reached(name, strategy, metric, rows=int(size), score=values["reached"])


def _cells(folder: Path) -> Iterator[Cell]:
    for path in sorted(folder.glob("[!.]*.json")):
        saved = json.loads(path.read_text())
        yield Cell(settings=saved["settings"], result=saved["result"])


def _reached(data: str, strategy: str, metric: str, *, rows: int, score: float) -> Reached:
    base = None if strategy in BASELESS else BASE
    return Reached(
        data=data,
        strategy=strategy,
        base=base,
        metric=metric,
        rows=rows,
        classes=len(SHARES[data]),
        score=score,
    )
