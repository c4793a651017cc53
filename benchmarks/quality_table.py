"""Ranges of quality for data sets that were left out, and the data that the package tells them from."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, replace
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

from benchmarks.common import command, machine, save, today
from benchmarks.fitted_scales import fitted, near
from benchmarks.interval_score import summary
from headstart.planning.gaussian import log_likelihood
from headstart.planning.quality import COVERED, FILE, QualityModel, Spread, odds, share
from headstart.planning.scores import Reached

if TYPE_CHECKING:
    from pathlib import Path

METRICS = ("accuracy", "macro_f1")
BASE = "embedded"
BASELESS = ("tfidf",)
START = Spread(
    level=1.0,
    rows=0.3,
    classes=0.3,
    strategy=0.5,
    strategy_rows=0.1,
    data=0.7,
    data_rows=0.1,
    pair=0.2,
    noise=0.1,
)
# Few data sets say little of how far data sets differ.
WIDTH = 0.5
# What is known on the same data once the first rung of the ladder is done.
FIRST = ("probe", "tfidf")


def summarise(folder: Path, *, into: Path) -> None:
    """Fits the models, leaves each data set out in turn, prints the tables and saves what the package ships.

    Args:
        folder: finished cells.
        into: file to write the summary to.
    """
    every = {metric: _read(folder, metric) for metric in METRICS}
    if len({each.data for each in every[METRICS[0]]}) < 3:
        return
    models = {metric: fit(reached) for metric, reached in every.items()}
    left_out = {metric: leave_one_out(reached) for metric, reached in every.items()}
    told = {"command": command(), "date": today(), "machine": machine()}
    save(into, {**told, "covered": COVERED, "left_out": left_out})
    spread = {
        metric: {name: round(value, 4) for name, value in asdict(model.spread).items()}
        for metric, model in models.items()
    }
    rows = [asdict(each) for metric in METRICS for each in every[metric]]
    save(FILE, {**told, "spread": spread, "left_out": left_out, "reached": rows})
    _show(left_out)


def fit(reached: tuple[Reached, ...]) -> QualityModel:
    """The model of these scores with the spread that suits them."""
    model = QualityModel(spread=START, reached=reached)
    values = np.array([odds(each.score) for each in reached])

    def likelihood(spread: Spread) -> float:
        return log_likelihood(replace(model, spread=spread).covariance(reached), values - values.mean())

    return replace(model, spread=fitted(START, likelihood, prior=near(START, width=WIDTH)))


def leave_one_out(reached: tuple[Reached, ...]) -> dict[str, Any]:
    """Coverage and width of ranges for each data set from the others, and beside two that know less."""
    found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    by_set = {}
    for data in sorted({each.data for each in reached}):
        others = tuple(each for each in reached if each.data != data)
        mine = [each for each in reached if each.data == data]
        model = fit(others)
        first = replace(model, reached=(*others, *(each for each in mine if each.strategy in FIRST)))
        here = [(*_range(model, each), each.score) for each in mine]
        found["from the profile"] += here
        later = [each for each in mine if each.strategy not in FIRST]
        found["once probe and tf-idf are fitted"] += [(*_range(first, each), each.score) for each in later]
        found["mean and deviation of the strategy"] += [
            (*_constant(others, each), each.score) for each in mine
        ]
        by_set[data] = summary(here, covered=COVERED)
    return {**{name: summary(each, covered=COVERED) for name, each in found.items()}, "by_set": by_set}


def _range(model: QualityModel, wanted: Reached) -> tuple[float, float]:
    found = model.expected(wanted)
    assert found is not None
    return found


def _constant(others: tuple[Reached, ...], wanted: Reached) -> tuple[float, float]:
    """What is known without a model: how this strategy did on other data sets, whatever their size."""
    by_set = defaultdict(list)
    for each in others:
        if each.strategy == wanted.strategy:
            by_set[each.data].append(odds(each.score))
    means = [mean(each) for each in by_set.values()]
    factor = float(stats.t.ppf((1 + COVERED) / 2, len(means) - 1)) * (1 + 1 / len(means)) ** 0.5
    half = factor * stdev(means)
    return share(mean(means) - half), share(mean(means) + half)


def _read(folder: Path, metric: str) -> tuple[Reached, ...]:
    found = []
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        told = cell["settings"]
        if told["setting"] == "default":
            found.append(
                Reached(
                    data=told["set"],
                    strategy=told["strategy"],
                    base=None if told["strategy"] in BASELESS else BASE,
                    metric=metric,
                    rows=told["traits"]["rows"],
                    classes=told["traits"]["classes"],
                    score=round(cell["result"][metric], 4),
                )
            )
    return tuple(found)


def _show(left_out: dict[str, dict[str, Any]]) -> None:
    console = Console(width=110)
    for metric, kinds in left_out.items():
        table = Table(
            "range", "held", "width", "interval score", title=f"{metric}, data sets left out in turn"
        )
        for name, row in kinds.items():
            if name != "by_set":
                table.add_row(name, f"{row['coverage']:.0%}", f"{row['width']:.3f}", f"{row['score']:.3f}")
        console.print(table)
