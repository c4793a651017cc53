"""Scores that fits reached, on this computer and in what the package ships."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from headstart.planning.journal import append, lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "scores.jsonl"
# Fits that count, so that a long history costs no more than its length.
LATEST = 200
# Of a history that does not say how many rows judged a score, they may have been few.
UNTOLD = 10


@dataclass(frozen=True, kw_only=True)
class Reached:
    """One score on rows that were not learnt from.

    Args:
        data: name or hash of the data set.
        strategy: its strategies, joined by a plus sign.
        base: the base it started from, or None without one.
        metric: name of the metric.
        rows: training rows.
        classes: classes.
        score: the metric.
        judged: rows that judged it; nought where they were so many that they leave no error to speak of.
    """

    data: str
    strategy: str
    base: str | None
    metric: str
    rows: int
    classes: int
    score: float
    judged: int = 0


def note_score(folder: Path, reached: Reached) -> None:
    """Appends a score to the local history."""
    append(folder / FILE, asdict(reached))


def read_scores(folder: Path, *, metric: str) -> tuple[Reached, ...]:
    """The latest scores in a metric; lines that are torn or make no sense are passed over."""
    every = (reached_of(each) for each in lines(folder / FILE))
    return tuple(each for each in every if each is not None and each.metric == metric)[-LATEST:]


def reached_of(values: Mapping[str, Any]) -> Reached | None:
    """A score from plain values, or None where they are not one."""
    try:
        found = Reached(
            data=str(values["data"]),
            strategy=str(values["strategy"]),
            base=None if values["base"] is None else str(values["base"]),
            metric=str(values["metric"]),
            rows=int(values["rows"]),
            classes=int(values["classes"]),
            score=float(values["score"]),
            judged=int(values.get("judged", UNTOLD)),
        )
    except (KeyError, TypeError, ValueError):
        return None
    sound = math.isfinite(found.score) and found.rows > 0 and found.classes > 1 and found.judged >= 0
    return found if sound else None
