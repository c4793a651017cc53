"""Quality and seconds of `full` beside the Hugging Face `Trainer`, for tags, numbers, pairs and answers.

python -m benchmarks.cases.task_training --data DATA              # measures what is missing, shows the table
python -m benchmarks.cases.task_training --data DATA --sets stsb --seeds 0
python -m benchmarks.cases.task_training --data DATA --rows 64    # a look at whether it runs
python -m benchmarks.cases.task_training --summary
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, ROOT, keep_to
from benchmarks.task_rows import SOURCES, draw_task
from benchmarks.task_training_table import summarise

SYSTEMS = ("headstart_full", "trainer_bf16_grouped", "trainer_high_rate", "trainer_tutorial")
EPOCHS = 3


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    name = "task_training" if asked.rows is None else f"task_training_of_{asked.rows}"
    cells = Cells(folder=asked.results / name, again=asked.again)
    # One seed after the other, so that neighbours in the table are neighbours in time.
    for seed in () if asked.summary else asked.seeds:
        for each in asked.sets:
            sha256 = draw_task(asked.data, each, rows=asked.rows).sha256
            for system in asked.systems:
                settings = {"system": system, "set": each, "seed": seed, "epochs": EPOCHS}
                settings |= {"rows": asked.rows, "cores": asked.cores, "rows_sha256": sha256}
                cells.get(f"{each}.{system}.seed{seed}", settings, _Fit(data=asked.data, settings=settings))
    summarise(cells.folder, into=asked.results / f"{name}.json")


class _Fit:
    def __init__(self, *, data: Path, settings: dict[str, Any]) -> None:
        self._data, self._settings = data, settings

    def __call__(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "benchmarks.task_fit_once", "--data", str(self._data)]
        for name in ("system", "set", "seed", "epochs", "rows"):
            if self._settings[name] is not None:
                command += [f"--{name}", str(self._settings[name])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-4000:]}")
        return dict(json.loads(done.stdout.splitlines()[-1]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder with the data sets in it")
    parser.add_argument("--sets", nargs="+", choices=tuple(SOURCES), default=tuple(SOURCES))
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--seeds", nargs="+", type=int, default=(0, 1, 2))
    parser.add_argument("--rows", type=int, help="training and test rows at most; all without it")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for what is measured")
    parser.add_argument("--cores", type=int, default=2, help="cores to keep to")
    parser.add_argument("--again", action="store_true", help="measure once more what is already saved")
    parser.add_argument("--summary", action="store_true", help="measure nothing, print the table")
    asked = parser.parse_args()
    if not asked.summary and asked.data is None:
        parser.error("--data is needed to measure anything; --summary shows what is measured")
    return asked


if __name__ == "__main__":
    main()
