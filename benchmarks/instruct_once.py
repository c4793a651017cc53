"""One instruction tuning in a process of its own, timed from the first step to the last.

python -m benchmarks.instruct_once --data DATA --base FOLDER --settings SETTINGS.json --out FOLDER
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.instruction_data import Instructions, read
from benchmarks.options import Options
from benchmarks.preloaded import preload


def main() -> None:
    """Prints the seconds as one line of JSON; the tuned network lies in the folder."""
    options = Options(__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--base", type=Path, required=True)
    options.add_argument("--settings", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    asked = options.parse_args()
    settings = json.loads(asked.settings.read_text())
    instructions = read(asked.data, rows=settings["rows"])
    print(json.dumps(tune(instructions, base=asked.base, settings=settings, out=asked.out)))


def tune(instructions: Instructions, *, base: Path, settings: dict[str, Any], out: Path) -> dict[str, float]:
    """Seconds of the training alone, and of all from opening the base on.

    Args:
        instructions: the rows.
        base: folder of the pre-trained model.
        settings: `strategy`, `epochs`, `rate`, `rows_a_step`, `max_length`, `precision`, `seed`.
        out: where the tuned network is left.
    """
    preload("headstart.models.families.llama", "headstart.train.answer_workshop")
    from headstart import registry
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.describe import describe
    from headstart.tasks.chat import Chat

    train = instructions.train
    params = {
        "epochs": settings["epochs"],
        "learning_rate": settings["rate"],
        "batch_size": settings["rows_a_step"],
        "max_length": settings["max_length"],
        **({"layer_decay": 1.0} if settings["strategy"] == "full" else {"rank": 16, "alpha": 2.0}),
    }
    with tempfile.TemporaryDirectory() as folder:
        context = Context(
            seed=settings["seed"],
            device=settings.get("device", "cpu"),
            precision=settings["precision"],
            workdir=Path(folder),
            metric=registry.build("metrics", "answer_loss", {}),
        )
        begun = time.perf_counter()
        task = Chat.infer(train)
        start = Model(task=task, predictor=None, base=describe(str(base)))
        split = Split(task=task, train=train, dev=train.take([]))
        steps = registry.build("strategies", settings["strategy"], params).adapt(start, split, context)
        next(steps)
        ready = time.perf_counter()
        *_, last = steps
        done = time.perf_counter()
        predictor: Any = last.model.predictor
        predictor.save(out)
    return {"seconds": done - ready, "whole_s": done - begun}


if __name__ == "__main__":
    main()
