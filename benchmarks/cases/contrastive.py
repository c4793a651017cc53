"""Accuracy and seconds from a few rows a class, beside `setfit` and the probe, over draws of the rows.

python -m benchmarks.cases.contrastive --data DATA --setfit PYTHON      # what is missing, then the table
python -m benchmarks.cases.contrastive --data DATA --systems contrastive probe --draws 0 1 2
python -m benchmarks.cases.contrastive --summary
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.metrics import accuracy_score

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, ROOT, embedded_base, keep_to
from benchmarks.contrastive_table import summarise
from benchmarks.subsets import Subset, draw_few

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
            parts = {"train": self.subset.train, "test": self.subset.test}
            rows.write_text(
                json.dumps({key: {"texts": each.texts, "labels": each.labels} for key, each in parts.items()})
            )
            done = self._run(["--rows", str(rows), "--seed", str(self.seed)])
        found = dict(json.loads(done.splitlines()[-1]))
        return {"accuracy": float(accuracy_score(self.subset.test.labels, found.pop("labels"))), **found}

    def _run(self, told: list[str]) -> str:
        if self.system == "setfit":
            program = [self.setfit, "-m", "benchmarks.peers.setfit_once", "--base", str(embedded_base())]
        else:
            program = [sys.executable, "-m", "benchmarks.few_shot_once", "--strategy", self.system]
        command = [*program, *told]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-4000:]}")
        return done.stdout


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder with the data sets in it")
    parser.add_argument("--setfit", default=sys.executable, help="interpreter in which setfit is installed")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES, help="data set:rows a class")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--draws", nargs="+", type=int, default=tuple(range(10)))
    parser.add_argument("--cores", type=int, default=2, help="cores to keep to")
    parser.add_argument("--again", action="store_true", help="measure once more what is already saved")
    parser.add_argument("--summary", action="store_true", help="measure nothing, print the table")
    asked = parser.parse_args()
    if not asked.summary and asked.data is None:
        parser.error("--data is needed to measure anything; --summary shows what is measured")
    return asked


if __name__ == "__main__":
    main()
