"""Seconds from raw text to a trained model, and its quality, beside the Hugging Face `Trainer`.

python -m benchmarks.cases.training_speed --data DATA              # measures what is missing, shows the table
python -m benchmarks.cases.training_speed --data DATA --sets sst2 --seeds 0
python -m benchmarks.cases.training_speed --summary
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, keep_to
from benchmarks.options import CellOptions
from benchmarks.programs import FitOnce
from benchmarks.subsets import draw
from benchmarks.training_speed_table import summarise

if TYPE_CHECKING:
    import argparse

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
                measure = FitOnce(program="benchmarks.fit_once", data=asked.data, settings=settings)
                cells.get(f"{name}.{system}.seed{seed}", settings, measure)
    summarise(cells.folder, into=RESULTS / "training_speed.json")


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.several("--sets", SETS)
    options.several("--systems", SYSTEMS)
    options.numbers("--seeds", (0, 1, 2, 3, 4))
    return options.asked()


if __name__ == "__main__":
    main()
