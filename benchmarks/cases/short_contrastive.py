"""What contrastive tuning gives in a half and a quarter of its steps, where a race is short of time.

python -m benchmarks.cases.short_contrastive --data DATA        # what is missing, then the table
python -m benchmarks.cases.short_contrastive --data DATA --sets sst2 --draws 0
python -m benchmarks.cases.short_contrastive --summary
"""

from __future__ import annotations

import json
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, command, keep_to, machine, save, today
from benchmarks.fit_within import fit_within
from benchmarks.options import CellOptions
from benchmarks.subsets import draw_within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# The sets of few classes that defaults may be tuned on.
SETS, SIZE, DRAWS = ("sst2", "customer_reviews", "tweeteval_emotion", "ag_news"), "16 a class", (0, 1)
WAYS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "probe": ("probe", {}),
    "40 steps": ("contrastive", {}),
    "20 steps": ("contrastive", {"steps": 20}),
    "10 steps": ("contrastive", {"steps": 10}),
}


def main() -> None:
    """Measure what is missing and print the table."""
    options = CellOptions(__doc__)
    options.several("--sets", SETS)
    options.numbers("--draws", DRAWS)
    asked = options.asked()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "short_contrastive", again=asked.again)
    for draw in () if asked.summary else asked.draws:
        for name in asked.sets:
            subset = draw_within(asked.data, name, size=SIZE, seed=draw)
            for way, (strategy, params) in WAYS.items():
                settings = {"set": name, "size": SIZE, "draw": draw, "way": way, "params": params}
                settings |= {"rows_sha256": subset.sha256}
                measure = partial(fit_within, subset, strategy, params, seed=draw)
                cells.get(f"{name}.{way.replace(' ', '_')}.draw{draw}", settings, measure)
    _summarise(cells.folder)


def _summarise(folder: Path) -> None:
    cells = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    rows = {
        way: [each for each in cells if each["settings"]["way"] == way]
        for way in WAYS
        if any(each["settings"]["way"] == way for each in cells)
    }
    told = {"command": command(), "date": today(), "machine": machine()}
    ways = {way: _row(found) for way, found in rows.items()}
    save(RESULTS / "short_contrastive.json", {**told, "ways": ways})
    table = Table("way", "fits", "macro-F1", "seconds", *SETS, title=f"Contrastive tuning, {SIZE}")
    for way, row in ways.items():
        by_set = (f"{row['by_set'][name]:.1f}" if name in row["by_set"] else "" for name in SETS)
        table.add_row(way, str(row["fits"]), f"{row['macro_f1']:.1f}", f"{row['seconds']:.1f}", *by_set)
    Console().print(table)


def _row(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Points of macro-F1, of all sets and of each, and seconds of a fit, on the mean."""
    names = {each["settings"]["set"] for each in cells}
    by_set = {
        name: round(
            100.0 * fmean(each["result"]["macro_f1"] for each in cells if each["settings"]["set"] == name), 2
        )
        for name in sorted(names)
    }
    return {
        "fits": len(cells),
        "macro_f1": round(fmean(by_set.values()), 2),
        "seconds": round(fmean(each["result"]["seconds"] for each in cells), 1),
        "by_set": by_set,
    }


if __name__ == "__main__":
    main()
