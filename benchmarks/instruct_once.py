"""One instruction tuning in a process of its own, timed from the first step to the last.

python -m benchmarks.instruct_once --data DATA --base FOLDER --settings SETTINGS.json --out FOLDER
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.gpu_memory import peak_memory
from benchmarks.instruction_data import Instructions, read
from benchmarks.options import Options
from benchmarks.preloaded import preload
from benchmarks.warm_steps import WarmSteps

OWN: dict[str, dict[str, Any]] = {
    "full": {"layer_decay": 1.0},
    "lora": {"rank": 16, "alpha": 2.0},
    "qlora": {"rank": 16, "alpha": 2.0, "quantised": "4bit"},
}


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
    """Seconds of the training alone and of all from opening the base on, and a GPU's peak memory.

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
    from headstart.core.strategy import last_of
    from headstart.models.describe import describe
    from headstart.tasks.chat import Chat

    train, warm = instructions.train, WarmSteps()
    params = {
        "epochs": settings["epochs"],
        "learning_rate": settings["rate"],
        "batch_size": settings["rows_a_step"],
        "max_length": settings["max_length"],
        **OWN[settings["strategy"]],
    }
    with tempfile.TemporaryDirectory() as folder:
        context = Context(
            seed=settings["seed"],
            device=settings.get("device", "cpu"),
            precision=settings["precision"],
            workdir=Path(folder),
            metric=registry.build("metrics", "answer_loss", {}),
            progress=lambda fraction, note="": warm.ended() if note.startswith("epoch") else None,
        )
        begun = time.perf_counter()
        task = Chat.infer(train)
        start = Model(task=task, predictor=None, base=describe(str(base)))
        split = Split(task=task, train=train, dev=train.take([]))
        name = {"qlora": "lora"}.get(settings["strategy"], settings["strategy"])
        steps = registry.build("strategies", name, params).adapt(start, split, context)
        next(steps)
        ready = time.perf_counter()
        last: Any = last_of(steps)
        done, memory = time.perf_counter(), peak_memory(context.device)
        last.model.predictor.save(out)
    return {"seconds": done - ready, "whole_s": done - begun, **warm.seconds(done), **memory}


if __name__ == "__main__":
    main()
