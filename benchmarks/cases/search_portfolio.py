"""Settings of the trained strategies on training rows of the sets for tuning: what the portfolio ships.

python -m benchmarks.cases.search_portfolio --data DATA            # what is missing, then the table
python -m benchmarks.cases.search_portfolio --data DATA --strategies partial --cases sst2:64
python -m benchmarks.cases.search_portfolio --summary              # the table and the shipped file alone
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.metrics import f1_score

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, keep_to
from benchmarks.fit_once import ours
from benchmarks.options import CellOptions
from benchmarks.search_portfolio_table import DEFAULT, summarise
from benchmarks.subsets import draw_inside

if TYPE_CHECKING:
    import argparse

# Rows to fit on; banking77 has 77 classes, so that it gets more. The quick ones come first.
CASES = (
    "sst2:64",
    "tweeteval_emotion:64",
    "customer_reviews:64",
    "banking77:154",
    "ag_news:64",
    "tweeteval_emotion:256",
    "sst2:256",
    "customer_reviews:256",
    "banking77:308",
    "ag_news:256",
)
HELD_ROWS = 500
SEED = 0
SETTINGS: dict[str, tuple[dict[str, Any], ...]] = {
    "partial": (
        {},
        {"rate_factor": 0.5},
        {"rate_factor": 2.0},
        {"epochs": 12},
        {"frozen_blocks": -4},
    ),
    "probe": ({}, {"pooling": "mean"}, {"pooling": "attention"}, {"pooling": "mix"}),
    "full": (
        {},
        {"rate_factor": 0.5},
        {"rate_factor": 2.0},
        {"epochs": 12},
        {"layer_decay": 0.7, "rate_factor": 2.0},
    ),
    "lora": (
        {},
        {"rate_factor": 0.4},
        {"rate_factor": 2.5},
        {"epochs": 12},
    ),
}


def main() -> None:
    """Measure what is missing, print the table and write the file that ships."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "search_portfolio", again=asked.again)
    for case in () if asked.summary else asked.cases:
        name, _, rows = case.partition(":")
        subset = draw_inside(asked.data, name, rows=int(rows), held=HELD_ROWS)
        for strategy in asked.strategies:
            for params in SETTINGS[strategy]:
                settings = {"strategy": strategy, "params": params, "case": case, "seed": SEED}
                settings |= {"rows_sha256": subset.sha256}
                cell = f"{strategy}.{case.replace(':', '.')}.{label(params)}"
                cells.get(cell, settings, lambda drawn=subset, told=settings: _measure(drawn, told))
    summarise(cells.folder, into=RESULTS / "search_portfolio.json")


def label(params: dict[str, Any]) -> str:
    """A setting as part of a file's name."""
    return ".".join(f"{name}{value}" for name, value in params.items()) or DEFAULT


def _measure(subset: Any, settings: dict[str, Any]) -> dict[str, Any]:
    seconds, chosen = ours(subset, settings["strategy"], settings["params"], seed=settings["seed"])
    return {"macro_f1": float(f1_score(subset.test.labels, chosen, average="macro")), "seconds": seconds}


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.several("--cases", CASES, told="data set:training rows")
    options.several("--strategies", SETTINGS)
    return options.asked()


if __name__ == "__main__":
    main()
