"""The tables of `learning_curve`: forecasts of what all rows gave, beside intervals of constant width."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.common import command, machine, save, today
from benchmarks.interval_scores import interval_scores, left_out
from headstart import registry
from headstart.evaluation.learning_curve import LEVEL, Measured, forecast

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.evaluation.power_laws import Prior

TUNED = ("sst2", "ag_news", "banking77", "tweeteval_emotion", "customer_reviews")
CONFIRMED = (
    *("trec", "scicite", "medical_abstracts", "sms_spam", "tweeteval_hate", "davidson_hate"),
    *("amazon_multidomain", "umsab_sentiment"),
)
METRICS = ("macro_f1", "accuracy", "log_loss")
LEAST_CASES, LEAST_COVERED = 60, 0.75


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """One forecast that can be held to what came.

    Args:
        data_set: name of the data set.
        strategy: what was fitted.
        metric: name of the metric.
        size: training rows that it speaks of.
        measured: what it may see.
        came: the score that all rows gave.
        came_error: its standard error, from the test rows being as many as they are.
    """

    data_set: str
    strategy: str
    metric: str
    size: int
    measured: Measured
    came: float
    came_error: float

    @classmethod
    def of(cls, settings: dict[str, Any], size: str, told: dict[str, Any], metric: str, *, seen: int) -> Self:
        """A case from its cell, of which the largest `seen` shares of the rows are seen."""
        kind = registry.load("metrics", metric)
        values = told["metrics"][metric]
        kept = [place for place in range(-seen, 0) if kind.needs != "labels" or not _is_constant(told, place)]
        covariance = np.array(values["covariance"])[np.ix_(kept, kept)]
        # What came was measured on other rows, of which the number alone is known beforehand.
        variance = covariance.trace() / max(1, len(kept)) * told["dev_rows"] / told["test_rows"]
        return cls(
            data_set=settings["set"],
            strategy=settings["strategy"],
            metric=metric,
            size=int(size),
            measured=Measured(
                rows=np.array(told["rows"], dtype=float)[kept],
                scores=np.array(values["scores"])[kept],
                covariance=covariance,
                perfect=100 * kind.unit if kind.greater_is_better else 0.0,
                greater_is_better=kind.greater_is_better,
                unit=kind.unit,
                uneven=_uneven(told, values) if getattr(kind, "counts_classes_alike", False) else 0.0,
                error=float(np.sqrt(variance)),
            ),
            came=values["reached"],
            came_error=values["reached_error"],
        )


def read_cases(folder: Path, metric: str, *, seen: int = 3) -> list[Case]:
    """All cases of one metric, in the order of the files' names.

    As in a run, a fit that gives every row the same label tells nothing where labels are measured; a case
    with fewer than two others has no forecast and is left out.
    """
    found = []
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        for size, told in cell["result"]["cases"].items():
            with contextlib.suppress(ValueError):
                found.append(Case.of(cell["settings"], size, told, metric, seen=seen))
    return found


def _uneven(told: dict[str, Any], values: dict[str, Any]) -> float:
    """How much of what the last fit lacks is there because classes were learnt unevenly."""
    right, score = told["metrics"]["accuracy"]["scores"][-1], values["scores"][-1]
    return float(max(right - score, 0.0) / max(1 - score, 0.01))


def _is_constant(told: dict[str, Any], place: int) -> bool:
    """Whether a fit gave every dev row the same label, as its scores tell.

    With a share a of the rows in the class that is always said, and c classes, macro-F1 is then
    2a / (1 + a) / c, which no other answer gives but by a rare chance.
    """
    share, score = (told["metrics"][name]["scores"][place] for name in ("accuracy", "macro_f1"))
    return any(abs(2 * share / (1 + share) / classes - score) < 1e-9 for classes in range(2, 100))


def compared(cases: list[Case], *, level: float = LEVEL, prior: Prior | None = None) -> dict[str, Any]:
    """Coverage and mean interval score of the forecast and of two intervals of constant width.

    Both constant ones are fitted on all other data sets: one counts from the last score seen, and learns
    the usual gain too; one counts from the forecast's own centre.
    """
    settings = {} if prior is None else {"prior": prior}
    found = [forecast(each.measured, [each.size], level=level, **settings)[0] for each in cases]
    came = np.array([each.came for each in cases])
    sets = [each.data_set for each in cases]
    ends = {"forecast": (np.array([each.low for each in found]), np.array([each.high for each in found]))}
    centres = {
        "last score, constant width": np.array([each.measured.scores[-1] for each in cases]),
        "forecast's centre, constant width": np.array([each.value for each in found]),
    }
    for name, centre in centres.items():
        low, high = left_out(came - centre, sets, level=level)
        ends[name] = (centre + low, centre + high)
    values = np.array([each.value for each in found])
    return {
        "cases": len(cases),
        "error_of_the_centre": _rounded(np.abs(values - came).mean()),
        "error_of_the_last_score": _rounded(np.abs(centres["last score, constant width"] - came).mean()),
        "intervals": {
            name: {
                "covered": _rounded(((low <= came) & (came <= high)).mean()),
                "width": _rounded((high - low).mean()),
                "score": _rounded(interval_scores(low, high, came, level=level).mean()),
            }
            for name, (low, high) in ends.items()
        },
    }


def summarise(folder: Path, *, into: Path) -> None:
    """Compare what is measured, print the tables and save them.

    Args:
        folder: finished cells.
        into: file to write.
    """
    tables = {}
    for metric in METRICS:
        for seen in (3, 2):
            cases = read_cases(folder, metric, seen=seen)
            for part, sets in (("confirmation", CONFIRMED), ("tuning", TUNED)):
                mine = [each for each in cases if each.data_set in sets]
                if len({each.data_set for each in mine}) > 1:
                    tables[f"{metric}, {seen} sizes, {part} sets"] = compared(mine)
    detail = _detail([each for each in read_cases(folder, "macro_f1") if each.data_set in CONFIRMED])
    goals = _goals(tables)
    told = {"command": command(), "date": today(), "machine": machine(), "level": LEVEL}
    save(into, {**told, "tables": tables, "by_strategy_and_size": detail, "goals": goals})
    _show(tables, detail, goals)


def _detail(cases: list[Case]) -> dict[str, Any]:
    groups: dict[str, list[Case]] = {}
    for each in cases:
        groups.setdefault(f"{each.strategy}, {each.size} rows", []).append(each)
    several = {name: mine for name, mine in sorted(groups.items()) if len({e.data_set for e in mine}) > 1}
    return {name: compared(mine) for name, mine in several.items()}


def _goals(tables: dict[str, Any]) -> dict[str, Any]:
    """By metric, whether the forecasts of the confirmation sets hold often enough and beat both others."""
    goals = {}
    for metric in METRICS:
        table = tables.get(f"{metric}, 3 sizes, confirmation sets")
        if table is None:
            continue
        ours, *theirs = table["intervals"].values()
        better = all(ours["score"] < each["score"] for each in theirs)
        enough = table["cases"] >= LEAST_CASES and ours["covered"] >= LEAST_COVERED
        goals[metric] = {
            "cases": table["cases"],
            "covered": ours["covered"],
            "wanted": LEAST_COVERED,
            "best_score": better,
            "holds": bool(enough and better),
        }
    return goals


def _rounded(value: Any) -> float:
    return round(float(value), 4)


def _show(tables: dict[str, Any], detail: dict[str, Any], goals: dict[str, Any]) -> None:
    console = Console(width=120)
    for name, found in {**tables, **detail}.items():
        table = Table(
            "interval", "covered", "mean width", "interval score", title=f"{name}: {found['cases']}"
        )
        for kind, row in found["intervals"].items():
            table.add_row(kind, f"{row['covered']:.2f}", f"{row['width']:.3f}", f"{row['score']:.4f}")
        console.print(table)
        console.print(
            f"  mean error of the centre {found['error_of_the_centre']:.4f}, of the last score seen "
            f"{found['error_of_the_last_score']:.4f}"
        )
    for metric, goal in goals.items():
        answer = "holds" if goal["holds"] else "does not hold"
        below = "below" if goal["best_score"] else "not below"
        console.print(
            f"  {metric}: goal {answer}: {goal['covered']:.0%} of {goal['cases']} confirmation cases "
            f"covered, interval score {below} both constant widths"
        )
