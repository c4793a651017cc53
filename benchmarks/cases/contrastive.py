"""Accuracy and seconds from a few rows a class, beside `setfit` and the probe, over draws of the rows.

python -m benchmarks.cases.contrastive --data DATA --setfit PYTHON      # what is missing, then the table
python -m benchmarks.cases.contrastive --data DATA --systems contrastive probe --draws 0 1 2
python -m benchmarks.cases.contrastive --summary
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.metrics import accuracy_score

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, embedded_base, keep_to
from benchmarks.contrastive_table import summarise
from benchmarks.options import CellOptions
from benchmarks.programs import answer
from benchmarks.subsets import Subset, draw_few

if TYPE_CHECKING:
    import argparse

CASES = (
    "sst2:8",
    "ag_news:8",
    "banking77:8",
    "tweeteval_emotion:8",
    "customer_reviews:8",
    "sst2:64",
    "ag_news:64",
    "tweeteval_emotion:64",
    "customer_reviews:64",
)
SYSTEMS = ("contrastive", "probe", "partial", "setfit")


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "contrastive", again=asked.again)
    # One draw after the other, so that neighbours in the table are neighbours in time.
    for draw in () if asked.summary else asked.draws:
        for case in asked.cases:
            name, _, shots = case.partition(":")
            subset = draw_few(asked.data, name, shots=int(shots), seed=draw)
            for system in asked.systems:
                settings = {"system": system, "set": name, "shots": int(shots), "draw": draw}
                settings |= {"cores": asked.cores, "rows_sha256": subset.sha256}
                fit = _Fit(subset=subset, system=system, seed=draw, setfit=asked.setfit)
                cells.get(f"{name}.{shots}.{system}.draw{draw}", settings, fit)
    summarise(cells.folder, into=RESULTS / "contrastive.json")


@dataclass(frozen=True, kw_only=True)
class _Fit:
    subset: Subset
    system: str
    seed: int
    setfit: str

    def __call__(self) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            rows = Path(folder) / "rows.json"
            rows.write_text(self.subset.told())
            found = answer([*self._program(), "--rows", str(rows), "--seed", str(self.seed)])
        return {"accuracy": float(accuracy_score(self.subset.test.labels, found.pop("labels"))), **found}

    def _program(self) -> list[str]:
        if self.system == "setfit":
            return [self.setfit, "-m", "benchmarks.peers.setfit_once", "--base", str(embedded_base())]
        return [sys.executable, "-m", "benchmarks.few_shot_once", "--strategy", self.system]


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.add_argument("--setfit", default=sys.executable, help="interpreter in which setfit is installed")
    options.several("--cases", CASES, told="data set:rows a class")
    options.several("--systems", SYSTEMS)
    options.numbers("--draws", range(10))
    return options.asked()


if __name__ == "__main__":
    main()
