"""What a training's curve costs: seconds spent on dev rows, of all seconds of the fit.

python -m benchmarks.cases.dev_reading --data DATA
"""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.options import Options
from benchmarks.subsets import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

STRATEGIES = ("full", "partial")
DEV_SHARE = 0.2


def main() -> None:
    """Fit each strategy once on each set, and say what share of the time went into dev rows."""
    options = Options(__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--sets", nargs="+", default=("sst2", "banking77"))
    asked = options.parse_args()
    found = {
        f"{strategy} on {name}": _measured(asked.data, name, strategy)
        for name in asked.sets
        for strategy in STRATEGIES
    }
    told = {"command": command(), "date": today(), "machine": machine(), "dev_share": DEV_SHARE}
    save(RESULTS / "dev_reading.json", {**told, "fits": found})
    for name, each in found.items():
        print(
            f"{name}: {each['share']:.1%} of {each['seconds']:.1f} s; "
            f"all rows each time {each['share_whole']:.1%}"
        )


def _measured(data: Path, name: str, strategy: str) -> dict[str, Any]:
    from headstart import registry
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.describe import describe

    rest, dev = (part.rows() for part in draw(data, name).train.halves(DEV_SHARE))
    task = registry.load("tasks", "classification").infer(rest)
    with tempfile.TemporaryDirectory() as folder, _timed() as looks:
        context = Context(
            seed=0,
            device="cpu",
            precision="bfloat16",
            workdir=Path(folder),
            cache=Path(folder) / "cache",
            metric=registry.build("metrics", "macro_f1", {}),
        )
        started = time.perf_counter()
        start = Model(task=task, predictor=None, base=describe("embedded"))
        step = registry.build("strategies", strategy, {})
        *_, last = step.adapt(start, Split(task=task, train=rest, dev=dev), context)
        seconds = time.perf_counter() - started
    spent, epochs = sum(sum(each) for each in looks.values()), len(last.curve.points) - 1
    instead = (epochs + 1) * sum(looks["whole"]) / len(looks["whole"])
    return {
        "seconds": round(seconds, 2),
        "epochs": epochs,
        "dev_rows": len(dev),
        "sample": last.curve.dev_rows,
        "reading_s": {kind: [round(each, 3) for each in times] for kind, times in looks.items()},
        "share": round(spent / seconds, 4),
        "share_whole": round(instead / (seconds - spent + instead), 4),
    }


@contextmanager
def _timed() -> Iterator[dict[str, list[float]]]:
    """Seconds of each look at the dev rows, those at all of them and those at the sample."""
    from headstart.train.dev_rows import DevRows

    looks: dict[str, list[float]] = {"whole": [], "some": []}
    plain = {kind: getattr(DevRows, kind) for kind in looks}

    def timed(kind: str) -> Any:
        def look(self: Any, *network: Any) -> Any:
            started = time.perf_counter()
            reading = plain[kind](self, *network)
            looks[kind].append(time.perf_counter() - started)
            return reading

        return look

    for kind in looks:
        setattr(DevRows, kind, timed(kind))
    try:
        yield looks
    finally:
        for kind, method in plain.items():
            setattr(DevRows, kind, method)


if __name__ == "__main__":
    main()
