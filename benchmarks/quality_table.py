"""Ranges of quality for data sets that were left out, and the data that the package tells them from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

from benchmarks.common import command, machine, save, today
from benchmarks.fitted_scales import fitted, near
from benchmarks.interval_score import summary
from benchmarks.interval_scores import left_out
from benchmarks.reached_scores import SHARES, confirmation_scores, reached_scores
from headstart.planning.gaussian import log_likelihood
from headstart.planning.quality import COVERED, FILE, QualityModel, Spread, odds, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from headstart.planning.scores import Reached

METRICS = ("accuracy", "macro_f1")
# What learns from no rows.
ROWLESS = ("zero_shot",)
START = Spread(
    level=1.0,
    rows=0.3,
    classes=0.3,
    strategy=0.5,
    strategy_rows=0.1,
    strategy_classes=0.1,
    data=0.7,
    data_rows=0.1,
    pair=0.2,
    noise=0.1,
)
# Few data sets say little of how far data sets differ.
WIDTH = 0.5
# What is known on the same data once the first rung of the ladder is done.
FIRST = ("probe", "tfidf")


def summarise(results: Path, *, into: Path) -> None:
    """Fits the models, leaves each data set out in turn, prints the tables and saves what the package ships.

    Args:
        results: folder of all results.
        into: file to write the summary to.
    """
    every = {metric: reached_scores(results, metric) for metric in METRICS}
    if len({each.data for each in every[METRICS[0]]}) < 3:
        return
    models = {metric: fit(reached) for metric, reached in every.items()}
    held = {metric: leave_one_out(reached) for metric, reached in every.items()}
    unseen = {
        metric: confirmed(model, confirmation_scores(results, metric)) for metric, model in models.items()
    }
    told = {"command": command(), "date": today(), "machine": machine()}
    save(into, {**told, "covered": COVERED, "left_out": held, "confirmation, tf-idf of words": unseen})
    spread = {
        metric: {name: round(value, 4) for name, value in asdict(model.spread).items()}
        for metric, model in models.items()
    }
    rows = [asdict(each) for metric in METRICS for each in every[metric]]
    save(FILE, {**told, "spread": spread, "rowless": ROWLESS, "left_out": held, "reached": rows})
    _show(held)
    Console().print("confirmation sets, tf-idf of words:", unseen)


def fit(reached: tuple[Reached, ...]) -> QualityModel:
    """The model of these scores with the spread that suits them."""
    model = QualityModel(spread=START, reached=reached, rowless=ROWLESS)
    values = np.array([odds(each.score) for each in reached])

    def likelihood(spread: Spread) -> float:
        return log_likelihood(replace(model, spread=spread).covariance(reached), values - values.mean())

    return replace(model, spread=fitted(START, likelihood, prior=near(START, width=WIDTH)))


def leave_one_out(reached: tuple[Reached, ...]) -> dict[str, Any]:
    """Coverage, width and score of ranges for each data set from the others, beside those that know less.

    A range of constant width has the width that would have been best on the other data sets.
    """
    ranges: list[Held] = []
    probed: list[Held] = []
    plain: list[Held] = []
    for data in sorted({each.data for each in reached}):
        others = tuple(each for each in reached if each.data != data)
        here = [each for each in reached if each.data == data]
        model = fit(others)
        for each in (each for each in here if model.expected(each) is not None):
            ranges.append(Held.of(model, each))
            first = [known for known in here if known.strategy in FIRST and known.rows == each.rows]
            if len(first) == len(FIRST) and each.strategy not in FIRST:
                probed.append(Held.of(replace(model, reached=(*others, *first)), each))
            if (usual := _of_strategy(others, each)) is not None:
                plain.append(usual)
    kinds = {
        "from the profile": ranges,
        "its middle, constant width": constant_width(ranges),
        "once probe and tf-idf are fitted": probed,
        "its middle then, constant width": constant_width(probed),
        "mean and deviation of the strategy": plain,
    }
    by_set = {name: _summary(each for each in ranges if each.data == name) for name in _sets(ranges)}
    return {**{name: _summary(each) for name, each in kinds.items()}, "by_set": by_set}


@dataclass(frozen=True, kw_only=True)
class Held:
    """A range and the score that came.

    Args:
        data: the data set.
        low: lower end.
        middle: what is likeliest.
        high: upper end.
        came: the score.
    """

    data: str
    low: float
    middle: float
    high: float
    came: float

    @classmethod
    def of(cls, model: QualityModel, wanted: Reached) -> Self:
        """The range that a model tells for a fit that was made."""
        ends, told = model.expected(wanted, shares=SHARES.get(wanted.data, ())), model.foretold(wanted)
        assert ends is not None
        assert told is not None
        return cls(data=wanted.data, low=ends[0], middle=share(told[0]), high=ends[1], came=wanted.score)


def constant_width(ranges: Sequence[Held]) -> list[Held]:
    """Ranges about the same middles, whose ends lie as far from these as is best for all other sets."""
    middles = np.array([each.middle for each in ranges])
    came = np.array([each.came for each in ranges]) - middles
    low, high = left_out(came, [each.data for each in ranges], level=COVERED)
    return [
        replace(each, low=float(middle + down), high=float(middle + up))
        for each, middle, down, up in zip(ranges, middles, low, high, strict=True)
    ]


def confirmed(model: QualityModel, scores: Sequence[Reached]) -> dict[str, float]:
    """How ranges hold on data sets that nothing was learnt from."""
    return _summary(Held.of(model, each) for each in scores)


def _sets(ranges: Sequence[Held]) -> list[str]:
    return sorted({each.data for each in ranges})


def _summary(ranges: Iterable[Held]) -> dict[str, float]:
    return summary([(each.low, each.high, each.came) for each in ranges], covered=COVERED)


def _of_strategy(others: tuple[Reached, ...], wanted: Reached) -> Held | None:
    """What is known without a model: how this strategy did on other data sets, whatever their size."""
    by_set = defaultdict(list)
    for each in others:
        if each.strategy == wanted.strategy:
            by_set[each.data].append(odds(each.score))
    means = [mean(each) for each in by_set.values()]
    if len(means) < 2:
        return None
    factor = float(stats.t.ppf((1 + COVERED) / 2, len(means) - 1)) * (1 + 1 / len(means)) ** 0.5
    low, middle, high = (share(mean(means) + side * factor * stdev(means)) for side in (-1, 0, 1))
    return Held(data=wanted.data, low=low, middle=middle, high=high, came=wanted.score)


def _show(held: dict[str, dict[str, Any]]) -> None:
    console = Console(width=110)
    for metric, kinds in held.items():
        table = Table(
            "range", "held", "width", "interval score", title=f"{metric}, data sets left out in turn"
        )
        for name, row in kinds.items():
            if name != "by_set":
                table.add_row(name, f"{row['coverage']:.0%}", f"{row['width']:.3f}", f"{row['score']:.3f}")
        console.print(table)
