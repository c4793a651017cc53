"""The main job's quality beside the baselines and beside a Hugging Face `Trainer` on the same rows.

python -m benchmarks.cases.main_job --data DATA                # measures what is missing, shows the table
python -m benchmarks.cases.main_job --data DATA --parts peers
python -m benchmarks.cases.main_job --summary                  # the table alone, from what is measured
"""

from __future__ import annotations

import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.metrics import accuracy_score, f1_score

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, ROOT, keep_to
from benchmarks.headstart_run import adapt_command, finish, predict
from benchmarks.main_job_table import summarise
from benchmarks.options import CellOptions
from benchmarks.subsets import Subset, draw

if TYPE_CHECKING:
    import argparse

SETS = ("sst2", "banking77", "ag_news")
PARTS = ("peers", "precision", "adapt")
DEADLINE_S = 600


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "main_job", again=asked.again)
    for part in () if asked.summary else asked.parts:
        for name in asked.sets:
            subset = draw(asked.data, name)
            if part == "adapt":
                _adapt(cells, subset, seeds=asked.seeds, work=asked.work)
            else:
                _peers(cells, subset, part=part, seeds=asked.seeds)
    summarise(cells.folder, into=RESULTS / "main_job.json")


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.add_argument(
        "--work", type=Path, default=ROOT / "runs" / "main_job", help="where CSV files and runs go"
    )
    options.several("--sets", SETS)
    options.several("--parts", PARTS)
    options.numbers("--seeds", (0, 1, 2))
    return options.asked()


def _peers(cells: Cells, subset: Subset, *, part: str, seeds: list[int]) -> None:
    # The peer's packages are not needed to measure Headstart alone.
    from benchmarks.peers.trainer_cells import TrainerCells

    trainer = TrainerCells(cells=cells, subset=subset, seeds=seeds)
    if part == "precision":
        trainer.tutorial_in_float32()
    else:
        trainer.tutorial()
        trainer.tuned()


def _adapt(cells: Cells, subset: Subset, *, seeds: list[int], work: Path) -> None:
    for seed in seeds:
        options = ["--within", f"{DEADLINE_S // 60}m", "--metric", "macro_f1", "--seed", str(seed)]
        settings = {
            "system": "adapt",
            "set": subset.name,
            "rows_sha256": subset.sha256,
            "seed": seed,
            "options": options,
        }
        cells.get(f"{subset.name}.adapt.seed{seed}", settings, partial(_adapt_once, subset, options, work))


def _adapt_once(subset: Subset, options: list[str], work: Path) -> dict[str, Any]:
    train, test = subset.write(work / "rows")
    out = work / "adapt" / f"{subset.name}.seed{options[-1]}"
    # A run left by an earlier measurement would be resumed, not measured.
    shutil.rmtree(out, ignore_errors=True)
    run = finish(adapt_command(train, out=out, options=["--target", "label", "--test", str(test), *options]))
    chosen = predict(run.bundle, test, work / "adapt" / f"{subset.name}.predicted.csv")
    answer = run.answer
    return {
        "macro_f1": float(f1_score(subset.test.labels, chosen, average="macro")),
        "accuracy": float(accuracy_score(subset.test.labels, chosen)),
        "seconds": round(run.seconds, 1),
        "deadline_kept": run.seconds <= DEADLINE_S,
        "verdict": answer["verdict"],
        "winner": answer["winner"],
        "scores": answer["scores"],
        "dev_scores": answer["dev_scores"],
        "comparisons": answer["comparisons"],
        "seconds_reported": answer["seconds"],
        "peak_bytes": answer["peak_bytes"],
        "commit": _commit(),
    }


def _commit() -> str:
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
