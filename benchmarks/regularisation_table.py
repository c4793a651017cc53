"""What regularisation brings, whether it can be foretold, and the data that the package ships for it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, replace
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.common import command, machine, save, today
from benchmarks.fitted_scales import fitted, rather_small
from headstart.planning.gaussian import log_likelihood
from headstart.planning.regularisation import FILE, Measured, RegularisationModel, Scales
from headstart.planning.traits import Traits

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = "default"
START = Scales(mean=0.3, bend=0.3, reach=1.5, between=0.3, noise=1.0)
USUAL = Scales(mean=1.0, bend=1.0, reach=3.0, between=1.0, noise=3.0)
POINTS = 100.0


def summarise(folder: Path, *, into: Path) -> None:
    """Fits the model, leaves each data set out in turn, prints the tables and saves what the package ships.

    Args:
        folder: finished cells.
        into: file to write the summary to.
    """
    measured, settings, strategy = _read(folder)
    if len({each.data for each in measured}) < 3:
        return
    model = fit(measured, settings, strategy)
    left_out = leave_one_out(model)
    trusted = left_out["gain"] - left_out["standard_error"] > 0.0
    model = replace(model, trusted=trusted)
    by_setting = {name: _by_setting(model, name) for name in settings}
    told = {"command": command(), "date": today(), "machine": machine(), "unit": "points of macro-F1"}
    save(into, {**told, "strategy": strategy, "settings": by_setting, "left_out": left_out})
    shipped = {**told, **_plain(model), "left_out": {**left_out, "cells": len(left_out["cells"])}}
    save(FILE, shipped)
    _show(by_setting, left_out)


def fit(
    measured: tuple[Measured, ...], settings: dict[str, dict[str, Any]], strategy: str
) -> RegularisationModel:
    """The model of these gains with the scales that suit them."""
    model = RegularisationModel(
        strategy=strategy, base="embedded", settings=settings, scales=START, measured=measured, trusted=True
    )

    def likelihood(scales: Scales) -> float:
        moved = replace(model, scales=scales)
        return sum(log_likelihood(*moved.covariance(name)) for name in settings)

    return replace(model, scales=fitted(START, likelihood, prior=rather_small(USUAL)))


def leave_one_out(model: RegularisationModel) -> dict[str, Any]:
    """What the settings chosen from the other data sets brought on each, and on their mean."""
    cells = []
    for data in sorted({each.data for each in model.measured}):
        others = tuple(each for each in model.measured if each.data != data)
        blind = fit(others, dict(model.settings), model.strategy)
        for traits, gains in _cells(model, data).items():
            found = blind.best(traits)
            cells.append(
                {
                    "data": data,
                    "rows": traits.rows,
                    "chosen": found[0] if found else DEFAULT,
                    "expected": round(found[1], 2) if found else 0.0,
                    "gain": round(gains[found[0]], 2) if found else 0.0,
                    "best": round(max(0.0, *gains.values()), 2),
                }
            )
    by_set = defaultdict(list)
    for each in cells:
        by_set[each["data"]].append(each["gain"])
    means = [mean(each) for each in by_set.values()]
    return {
        "gain": round(mean(means), 3),
        "standard_error": round(stdev(means) / len(means) ** 0.5, 3),
        "moved": sum(each["chosen"] != DEFAULT for each in cells),
        "cells": cells,
    }


def _cells(model: RegularisationModel, data: str) -> dict[Traits, dict[str, float]]:
    """By traits of one data set's draws, the mean gain of each setting; draws of a size count as one."""
    sizes: dict[int, list[Measured]] = defaultdict(list)
    for each in model.measured:
        if each.data == data:
            sizes[each.traits.rows].append(each)
    found = {}
    for some in sizes.values():
        gains: dict[str, list[float]] = defaultdict(list)
        for each in some:
            gains[each.setting].append(each.gain)
        found[some[0].traits] = {name: mean(values) for name, values in gains.items()}
    return found


def _by_setting(model: RegularisationModel, name: str) -> dict[str, Any]:
    gains: dict[str, list[float]] = defaultdict(list)
    for each in model.measured:
        if each.setting == name:
            gains[each.data].append(each.gain)
    means = [mean(each) for each in gains.values()]
    return {
        "params": model.settings[name],
        "gain": round(mean(means), 2),
        "standard_error": round(stdev(means) / len(means) ** 0.5, 2),
        "by_set": {data: round(mean(each), 2) for data, each in sorted(gains.items())},
    }


def _read(folder: Path) -> tuple[tuple[Measured, ...], dict[str, dict[str, Any]], str]:
    cells: dict[tuple[str, str, int], dict[str, Any]] = defaultdict(dict)
    strategies, settings = set(), {}
    for path in sorted(folder.glob("[!.]*.json")):
        cell = json.loads(path.read_text())
        told = cell["settings"]
        cells[told["set"], told["size"], told["draw"]][told["strategy"], told["setting"]] = cell
        if told["setting"] != DEFAULT:
            strategies.add(told["strategy"])
            settings[told["setting"]] = told["params"]
    (strategy,) = strategies or {""}
    measured = [
        Measured(
            data=data,
            traits=Traits(**found["settings"]["traits"]),
            setting=name,
            gain=round(
                POINTS * (found["result"]["macro_f1"] - some[strategy, DEFAULT]["result"]["macro_f1"]), 3
            ),
        )
        for (data, _, _), some in sorted(cells.items())
        for (kind, name), found in sorted(some.items())
        if kind == strategy and name != DEFAULT and (strategy, DEFAULT) in some
    ]
    return tuple(measured), settings, strategy


def _plain(model: RegularisationModel) -> dict[str, Any]:
    scales = {name: round(value, 4) for name, value in asdict(model.scales).items()}
    return {**asdict(model), "scales": scales}


def _show(by_setting: dict[str, Any], left_out: dict[str, Any]) -> None:
    console = Console(width=110)
    table = Table("setting", "gain", "by data set", title="points of macro-F1 over the defaults")
    for name, row in sorted(by_setting.items(), key=lambda item: -item[1]["gain"]):
        sets = ", ".join(f"{data} {gain:+.1f}" for data, gain in row["by_set"].items())
        table.add_row(name, f"{row['gain']:+.2f} ± {row['standard_error']:.2f}", sets)
    console.print(table)
    console.print(
        f"  foretold from the other data sets: {left_out['gain']:+.2f} ± {left_out['standard_error']:.2f} "
        f"points; defaults were moved in {left_out['moved']} of {len(left_out['cells'])} cases"
    )
