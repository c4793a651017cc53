"""Tokens a second of instruction tuning, and the loss it reaches, beside TRL's `SFTTrainer` with packing.

python -m benchmarks.cases.instruction_tuning --data DATA --stories FOLDER --trl PYTHON
python -m benchmarks.cases.instruction_tuning --data DATA --trl PYTHON --bases llama_30m --rows 64 --epochs 1
python -m benchmarks.cases.instruction_tuning --data DATA --trl PYTHON --bases llama_1b --device cuda
python -m benchmarks.cases.instruction_tuning --summary
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, keep_to, save
from benchmarks.instruction_data import (
    Instructions,
    built,
    plain_loss,
    read,
    tokens_of,
    with_its_end,
)
from benchmarks.instruction_table import summarise
from benchmarks.options import CellOptions
from benchmarks.programs import answer

if TYPE_CHECKING:
    import argparse

# The last is for a GPU, and measured where it is named.
BASES, USUAL_BASES = ("stories260k", "llama_30m", "llama_1b"), ("stories260k", "llama_30m")
SYSTEMS = ("headstart", "trl")
# `qlora` is `lora` over weights of 4 bits, which takes a GPU.
STRATEGIES, USUAL_STRATEGIES = ("full", "lora", "qlora"), ("full", "lora")
RATES = {
    "stories260k": {"full": 2e-3, "lora": 2e-3},
    "llama_30m": {"full": 5e-4, "lora": 2e-3},
    "llama_1b": {"full": 2e-4, "lora": 5e-4},
}


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    cells = Cells(folder=RESULTS / "instruction_tuning", again=asked.again)
    # One seed after the other, so that neighbours in the table are neighbours in time.
    for seed in () if asked.summary else asked.seeds:
        for base in asked.bases:
            _measure(asked, cells, base=base, seed=seed)
    summarise(cells.folder, into=RESULTS / "instruction_tuning.json")


def _measure(asked: argparse.Namespace, cells: Cells, *, base: str, seed: int) -> None:
    instructions = read(asked.data, rows=asked.rows)
    with tempfile.TemporaryDirectory() as folder:
        where = _base(asked, base, instructions, work=Path(folder))
        tokens = tokens_of(instructions, where, max_length=asked.max_length)
        read_tokens = sum(len(each["input_ids"]) for each in tokens["train"])
        for strategy in asked.strategies:
            for system in asked.systems:
                settings = {
                    "system": system,
                    "base": base,
                    "strategy": strategy,
                    "seed": seed,
                    "epochs": asked.epochs,
                    "rate": RATES[base]["full" if strategy == "full" else "lora"],
                    "rows": asked.rows,
                    "tokens": read_tokens,
                    "tokens_a_step": asked.tokens_a_step,
                    "rows_a_step": max(1, round(asked.tokens_a_step * len(tokens["train"]) / read_tokens)),
                    "max_length": asked.max_length,
                    "precision": asked.precision,
                    **({} if asked.device == "cpu" else {"device": asked.device}),
                    "cores": asked.cores,
                    "rows_sha256": instructions.sha256,
                }
                tuning = _Tuning(data=asked.data, base=where, tokens=tokens, settings=settings, trl=asked.trl)
                name = f"{base}.{strategy}.{system}.{asked.precision}.{asked.rows or 'all'}.seed{seed}"
                name = name if asked.device == "cpu" else f"{name}.{asked.device}.{asked.tokens_a_step}"
                cells.get(name, settings, tuning)


@dataclass(frozen=True, kw_only=True)
class _Tuning:
    data: Path
    base: Path
    tokens: dict[str, list[dict[str, Any]]]
    settings: dict[str, Any]
    trl: str

    def __call__(self) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            save(work / "settings.json", self.settings)
            save(work / "tokens.json", self.tokens)
            out = work / "tuned"
            out.mkdir()
            told = ["--base", str(self.base), "--settings", str(work / "settings.json"), "--out", str(out)]
            if self.settings["system"] == "trl":
                program = [self.trl, "-m", "benchmarks.peers.trl_once", "--tokens", str(work / "tokens.json")]
            else:
                program = [sys.executable, "-m", "benchmarks.instruct_once", "--data", str(self.data)]
            found = answer([*program, *told])
            network = out / "network" if (out / "network").is_dir() else out
            loss = plain_loss(network, self.tokens["test"], device=self.settings.get("device", "cpu"))
        learnt = self.settings["tokens"] * self.settings["epochs"]
        told = {"test_loss": loss, "tokens_a_second": learnt / found["seconds"], **found}
        if steps := found.get("warm_steps"):
            told["warm_tokens_a_second"] = learnt * steps / (steps + 1) / found["warm_s"]
        return told


def _base(asked: argparse.Namespace, name: str, instructions: Instructions, *, work: Path) -> Path:
    if name == "stories260k":
        if asked.stories is None:
            raise SystemExit("--stories names the folder of stories260k; or leave it out of --bases")
        return with_its_end(asked.stories, work)
    train = instructions.train.frame
    texts = [text for column in train.columns for text in train[column].to_list()]
    return built(name, work, texts, device=asked.device)


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__)
    options.add_argument("--stories", type=Path, help="folder of the base stories260k")
    options.add_argument("--trl", default=sys.executable, help="interpreter in which trl is installed")
    options.several("--bases", BASES, default=USUAL_BASES)
    options.several("--systems", SYSTEMS)
    options.several("--strategies", STRATEGIES, default=USUAL_STRATEGIES)
    options.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    options.add_argument("--tokens-a-step", type=int, default=2048)
    options.add_argument("--max-length", type=int, default=512, help="tokens of a conversation at most")
    options.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16")
    options.numbers("--seeds", (0, 1, 2))
    options.add_argument("--epochs", type=int, default=2)
    options.add_argument("--rows", type=int, help="training rows at most, for a trial")
    return options.asked()


if __name__ == "__main__":
    main()
