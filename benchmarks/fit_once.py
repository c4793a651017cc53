"""One fit in a process of its own, timed from raw text to a trained model.

python -m benchmarks.fit_once --data DATA --system headstart_full --set sst2 --seed 0 --epochs 3
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.metrics import accuracy_score, f1_score

from benchmarks.common import embedded_base
from benchmarks.options import Options
from benchmarks.our_fit import our_fit
from benchmarks.preloaded import preload
from benchmarks.subsets import draw

if TYPE_CHECKING:
    from benchmarks.subsets import Subset

HEADSTART = "headstart_"


def main() -> None:
    """Prints seconds, macro-F1 and accuracy as one line of JSON."""
    options = Options(__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--system", required=True)
    options.add_argument("--set", required=True)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    asked = options.parse_args()
    subset = draw(asked.data, asked.set)
    preload()
    if asked.system.startswith(HEADSTART):
        strategy = asked.system.removeprefix(HEADSTART)
        params = {"epochs": asked.epochs}
        seconds, chosen = ours(subset, strategy, params, seed=asked.seed, device=asked.device)
    else:
        from benchmarks.peers.trainer_timed import fit

        seconds, chosen = fit(
            subset,
            asked.system,
            base=embedded_base(),
            epochs=asked.epochs,
            seed=asked.seed,
            device=asked.device,
        )
    gold = subset.test.labels
    scores = {"macro_f1": f1_score(gold, chosen, average="macro"), "accuracy": accuracy_score(gold, chosen)}
    print(json.dumps({"seconds": seconds, **{name: float(value) for name, value in scores.items()}}))


def ours(
    subset: Subset, strategy: str, params: dict[str, Any], *, seed: int, device: str = "cpu"
) -> tuple[float, list[str]]:
    """Seconds from raw text to a trained model, and what it says of the test rows.

    Args:
        subset: the rows.
        strategy: name of the strategy.
        params: its parameters where they are not its defaults.
        seed: owns all randomness.
        device: `cpu` or `cuda`.
    """
    from headstart import registry

    parts = subset.train.rows(), subset.test.rows()
    task = registry.load("tasks", "classification").infer(parts[0])
    seconds, told = our_fit(
        strategy, params, task=task, parts=parts, metric="macro_f1", seed=seed, device=device
    )
    return seconds, [task.classes[index] for index in told.labels]


if __name__ == "__main__":
    main()
