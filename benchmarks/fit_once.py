"""One fit in a process of its own, timed from raw text to a trained model.

python -m benchmarks.fit_once --data DATA --system headstart_full --set sst2 --seed 0 --epochs 3
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.metrics import accuracy_score, f1_score

from benchmarks.common import embedded_base
from benchmarks.preloaded import preload
from benchmarks.subsets import draw

if TYPE_CHECKING:
    from benchmarks.subsets import Subset, Texts

HEADSTART = "headstart_"


def main() -> None:
    """Prints seconds, macro-F1 and accuracy as one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--system", required=True)
    parser.add_argument("--set", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    asked = parser.parse_args()
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
    preload("headstart.models.families.bert", "headstart.models.open_base", "headstart.train.workshop")
    from headstart import registry
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.describe import describe

    train, test = as_rows(subset.train), as_rows(subset.test)
    task = registry.load("tasks", "classification").infer(train)
    metric = registry.build("metrics", "macro_f1", {})
    with tempfile.TemporaryDirectory() as folder:
        context = Context(
            seed=seed,
            device=device,
            precision="bfloat16",
            workdir=Path(folder),
            metric=metric,
            cache=Path(folder) / "cache",
        )
        started = time.perf_counter()
        start = Model(task=task, predictor=None, base=describe("embedded"))
        step = registry.build("strategies", strategy, params)
        *_, last = step.adapt(start, Split(task=task, train=train, dev=train.take([])), context)
        seconds = time.perf_counter() - started
        labels = last.model.predict(test).labels
    return seconds, [task.classes[index] for index in labels]


def as_rows(part: Texts) -> Any:
    """The texts as rows with a target."""
    import polars as pl

    from headstart.core.rows import Columns, Rows

    frame = pl.DataFrame({"text": part.texts, "label": part.labels})
    return Rows.of(frame, Columns(text=("text",), target="label"))


if __name__ == "__main__":
    main()
