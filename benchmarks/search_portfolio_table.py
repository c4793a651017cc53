"""From measured settings to the portfolio that ships, and what it is worth on sets that it has not seen."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import permutations
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.common import ROOT, command, machine, save, today
from headstart.search._known import portfolio

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = "default"
SHIPPED = ROOT / "src" / "headstart" / "search" / "portfolio.toml"
BASE = "sentence-transformers/all-MiniLM-L6-v2"
TRIALS = (1, 2, 3)
# Data sets that a strategy must be measured on before its settings ship.
FEWEST_SETS = 2
Scores = dict[str, dict[str, dict[str, float]]]


def summarise(folder: Path, *, into: Path, shipped: Path = SHIPPED) -> None:
    """Write the table as JSON and the settings as TOML, and print the table.

    Args:
        folder: the finished measurements.
        into: file of the table.
        shipped: file of the settings.
    """
    every, params = _read(folder)
    scores = {
        name: by_setting
        for name, by_setting in every.items()
        if len(set(_sets(complete(by_setting)))) >= FEWEST_SETS
    }
    about = {"command": command(), "date": today(), "machine": machine()}
    found = {name: _strategy(by_setting, params) for name, by_setting in scores.items()}
    save(into, {**about, "metric": "macro_f1", "strategies": found})
    shipped.write_text(as_toml(scores, params, about), encoding="utf-8")
    _show(found)


def complete(by_setting: dict[str, dict[str, float]]) -> list[str]:
    """Cases on which every setting of a strategy has a score."""
    return sorted(set.intersection(*map(set, by_setting.values())))


def left_out(table: np.ndarray, sets: list[str]) -> dict[str, list[float]]:
    """Mean distance from the best setting after so many trials, each set's order chosen by the others.

    Args:
        table: scores, a line for each setting, the defaults first, and a column for each case.
        sets: data set of each column.

    Returns:
        for the portfolio and for the same settings in random order, the defaults first, in points.
    """
    by_portfolio, by_chance = [], []
    for name in sorted(set(sets)):
        own = np.array([each == name for each in sets])
        order = portfolio(table[:, ~own])
        rest = [each for each in range(len(table)) if each not in order]
        best = table[:, own].max(axis=0)
        by_portfolio.append([_gap(table[:, own], best, (*order, *rest)[:tried]) for tried in TRIALS])
        others = range(1, len(table))
        by_chance.append(
            [
                mean(_gap(table[:, own], best, (0, *each)) for each in permutations(others, tried - 1))
                for tried in TRIALS
            ]
        )
    return {"portfolio": _rounded(by_portfolio), "random_order": _rounded(by_chance)}


def as_toml(scores: Scores, params: dict[str, dict[str, Any]], about: dict[str, Any]) -> str:
    """The measured settings as the file that ships."""
    where = about["machine"]
    lines = [
        "# Settings measured on training rows of public sets, a score for each case. `search/_known.py` puts",
        "# them in order. Written by the command below; see benchmarks/README.md.",
        "",
        "[measured]",
        f"command = {json.dumps(about['command'])}",
        f"date = {json.dumps(about['date'])}",
        f"machine = {json.dumps(where['cpu'] + ', ' + str(where['cores']) + ' cores')}",
        f"base = {json.dumps(BASE)}",
        'metric = "macro_f1"',
    ]
    for strategy, by_setting in sorted(scores.items()):
        for setting in _ordered(by_setting):
            values = {case: round(by_setting[setting][case], 4) for case in complete(by_setting)}
            lines += ["", f"[[settings.{strategy}]]", f"params = {_inline(params[setting])}"]
            lines += [f"scores = {_inline(values)}"]
    return "\n".join(lines) + "\n"


def _sets(cases: list[str]) -> list[str]:
    return [case.partition(":")[0] for case in cases]


def _inline(table: dict[str, Any]) -> str:
    inside = ", ".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in table.items())
    return f"{{ {inside} }}" if inside else "{}"


def _read(folder: Path) -> tuple[Scores, dict[str, dict[str, Any]]]:
    scores: Scores = defaultdict(lambda: defaultdict(dict))
    params = {}
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        told = cell["settings"]
        key = json.dumps(told["params"], sort_keys=True)
        params[key] = told["params"]
        scores[told["strategy"]][key][told["case"]] = cell["result"]["macro_f1"]
    return scores, params


def _ordered(by_setting: dict[str, dict[str, float]]) -> list[str]:
    """The defaults first, the others by name."""
    return sorted(by_setting, key=lambda each: (each != "{}", each))


def _strategy(by_setting: dict[str, dict[str, float]], params: dict[str, dict[str, Any]]) -> dict[str, Any]:
    names, cases = _ordered(by_setting), complete(by_setting)
    table = np.array([[by_setting[name][case] for case in cases] for name in names])
    gains = table - table[0]
    return {
        "cases": cases,
        "settings": [
            {
                "params": params[name],
                "mean": round(float(table[place].mean()), 4),
                "points_above_the_defaults": round(100 * float(gains[place].mean()), 2),
                "standard_error": _error(100 * gains[place]),
            }
            for place, name in enumerate(names)
        ],
        "order": [params[names[each]] for each in portfolio(table)],
        "gap_after_trials_leaving_the_set_out": left_out(table, _sets(cases)),
    }


def _error(gains: np.ndarray) -> float | None:
    return round(float(gains.std(ddof=1)) / len(gains) ** 0.5, 2) if len(gains) > 1 else None


def _gap(table: np.ndarray, best: np.ndarray, tried: tuple[int, ...]) -> float:
    return float((best - table[list(tried)].max(axis=0)).mean())


def _rounded(gaps: list[list[float]]) -> list[float]:
    return [round(100 * float(each), 2) for each in np.mean(gaps, axis=0)]


def _show(found: dict[str, Any]) -> None:
    console = Console(width=110)
    for strategy, told in found.items():
        title = f"{strategy}, {len(told['cases'])} cases"
        table = Table("setting", "mean", "points above the defaults", title=title)
        for each in told["settings"]:
            error = each["standard_error"]
            gain = f"{each['points_above_the_defaults']:+.2f}" + ("" if error is None else f" ± {error:.2f}")
            table.add_row(str(each["params"]), f"{each['mean']:.4f}", gain)
        console.print(table)
        console.print(f"  order: {told['order']}")
        console.print(f"  points below the best setting: {told['gap_after_trials_leaving_the_set_out']}")
