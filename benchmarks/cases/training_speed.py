"""Seconds from raw text to a trained model, and its quality, beside the Hugging Face `Trainer`.

python -m benchmarks.cases.training_speed --data DATA              # measures what is missing, shows the table
python -m benchmarks.cases.training_speed --data DATA --sets sst2 --seeds 0
python -m benchmarks.cases.training_speed --summary
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
from benchmarks.subsets import draw
from benchmarks.training_speed_table import summarise

SETS = ("sst2", "ag_news", "banking77", "tweeteval_emotion")
SYSTEMS = (
    "headstart_full",
    "trainer_bf16_grouped",
    "trainer_dynamic_padding",
    "headstart_lora",
    "trainer_peft_lora",
    "headstart_partial",
    "trainer_fixed_padding",
)
EPOCHS = 3


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "training_speed", again=asked.again)
    # One seed after the other, so that neighbours in the table are neighbours in time.
    for seed in () if asked.summary else asked.seeds:
        for name in asked.sets:
            subset = draw(asked.data, name)
            for system in asked.systems:
                settings = {"system": system, "set": name, "seed": seed, "epochs": EPOCHS}
                settings |= {"cores": asked.cores, "rows_sha256": subset.sha256}
                measure = _Fit(data=asked.data, settings=settings)
                cells.get(f"{name}.{system}.seed{seed}", settings, measure)
    summarise(cells.folder, into=RESULTS / "training_speed.json")


class _Fit:
    def __init__(self, *, data: Path, settings: dict[str, Any]) -> None:
        self._data, self._settings = data, settings

    def __call__(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "benchmarks.fit_once", "--data", str(self._data)]
        for name in ("system", "set", "seed", "epochs"):
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
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--seeds", nargs="+", type=int, default=(0, 1, 2, 3, 4))
    parser.add_argument("--cores", type=int, default=2, help="cores to keep to")
    parser.add_argument("--again", action="store_true", help="measure once more what is already saved")
    parser.add_argument("--summary", action="store_true", help="measure nothing, print the table")
    asked = parser.parse_args()
    if not asked.summary and asked.data is None:
        parser.error("--data is needed to measure anything; --summary shows what is measured")
    return asked


if __name__ == "__main__":
    main()
