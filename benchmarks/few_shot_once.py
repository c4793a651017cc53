"""One of our strategies on a few rows a class, in a process of its own.

python -m benchmarks.few_shot_once --rows ROWS.json --strategy contrastive --seed 0

ROWS.json holds `train` and `test`, each with `texts` and `labels`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.options import Options
from benchmarks.our_fit import our_fit
from benchmarks.preloaded import preload
from benchmarks.subsets import told_texts

if TYPE_CHECKING:
    from benchmarks.subsets import Texts


def main() -> None:
    """Print seconds and labels of the test rows as one line of JSON."""
    options = Options(__doc__)
    options.add_argument("--rows", type=Path, required=True)
    options.add_argument("--strategy", required=True)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    train, test = told_texts(asked.rows)
    seconds, chosen = _fit(train, test, asked.strategy, seed=asked.seed)
    print(json.dumps({"seconds": seconds, "labels": chosen}))


def _fit(train: Texts, test: Texts, strategy: str, *, seed: int) -> tuple[float, list[str]]:
    preload("headstart.train.contrastive_tuning")
    from headstart import registry

    parts = train.rows(), test.rows()
    task = registry.load("tasks", "classification").infer(parts[0])
    seconds, told = our_fit(strategy, {}, task=task, parts=parts, metric="accuracy", seed=seed, cache=None)
    return seconds, [task.classes[index] for index in told.labels]


if __name__ == "__main__":
    main()
