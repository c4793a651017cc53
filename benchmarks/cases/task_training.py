"""Quality and seconds of `full`, and of the top blocks, beside `Trainer`: tags, numbers, pairs, answers.

python -m benchmarks.cases.task_training --data DATA              # measures what is missing, shows the table
python -m benchmarks.cases.task_training --data DATA --sets stsb --seeds 0
python -m benchmarks.cases.task_training --data DATA --rows 64    # a look at whether it runs
python -m benchmarks.cases.task_training --summary
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, keep_to
from benchmarks.options import CellOptions
from benchmarks.programs import FitOnce
from benchmarks.task_fit_once import OURS
from benchmarks.task_rows import SOURCES, draw_task
from benchmarks.task_training_table import PEERS, summarise

if TYPE_CHECKING:
    import argparse

SYSTEMS = (*OURS, *PEERS)
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
                cells.get(
                    f"{each}.{system}.seed{seed}",
                    settings,
                    FitOnce(program="benchmarks.task_fit_once", data=asked.data, settings=settings),
                )
    summarise(cells.folder, into=asked.results / f"{name}.json")


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.several("--sets", SOURCES)
    options.several("--systems", SYSTEMS)
    options.numbers("--seeds", (0, 1, 2))
    options.add_argument("--rows", type=int, help="training and test rows at most; all without it")
    options.add_argument("--results", type=Path, default=RESULTS, help="folder for what is measured")
    return options.asked()


if __name__ == "__main__":
    main()
