"""What stands ahead of texts, through the command line, where answers and texts are written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import transformers
from peft import PeftConfig, PeftModel

from tests.contracts.chat_data import COLOURS
from tests.flow.test_other_tasks import run
from tests.flow.test_text_to_text import parallel
from tests.tiny_writers import tiny_writer_folder

if TYPE_CHECKING:
    from pathlib import Path

AHEAD = ("--set", "virtual_tokens=4", "--set", "epochs=2", "--set", "batch_size=8", "--search", "none")
RACED = ("--strategy", "prompt_tuning", "--strategy", "prefix_tuning", "--within", "5m", "--json")


def talk(place: int) -> dict[str, Any]:
    thing = list(COLOURS)[place % len(COLOURS)]
    return {"prompt": f"{place} {thing}?", "completion": COLOURS[thing]}


def choice(place: int) -> dict[str, Any]:
    thing = list(COLOURS)[place % len(COLOURS)]
    return {"prompt": f"{place} {thing}?", "chosen": f"yes, {thing}", "rejected": f"no {thing}!"}


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")


def raced(folder: Path, data: str, base: Path, *options: str) -> dict[str, Any]:
    """The outcome of a run in which both were fitted and the winner was tested."""
    done = run(folder, "adapt", data, "--base", str(base), *RACED, *AHEAD, *options)
    found: dict[str, Any] = json.loads(done.stdout)
    bundle = folder / found["bundle"]
    lines = [json.loads(line) for line in (bundle.parent / "log.jsonl").read_text().splitlines()]
    tried = {each["candidate"]["steps"][-1]["use"] for each in lines if each["status"] == "done"}
    assert {"prompt_tuning", "prefix_tuning"} <= tried, lines
    assert not [each for each in lines if each["status"] == "failed"]
    assert "winner" in found["scores"]
    assert found["winner"]["strategies"][0] in ("prompt_tuning", "prefix_tuning")
    if found["ships"] == "winner":
        opens_alone(bundle / "predictor", found["winner"]["strategies"][0])
    return found


def opens_alone(place: Path, strategy: str) -> None:
    """What shipped is the base as published, and an adapter that `peft` puts ahead of texts."""
    kind = PeftConfig.from_pretrained(place / "adapter")
    assert kind.peft_type.value == strategy.upper()
    opener = transformers.AutoModelForCausalLM
    if kind.task_type == "SEQ_2_SEQ_LM":
        opener = transformers.AutoModelForSeq2SeqLM
    network = next(place / each for each in ("network", "backbone") if (place / each).is_dir())
    opened = PeftModel.from_pretrained(opener.from_pretrained(network), place / "adapter")
    assert len(opened.get_prompt_embedding_to_save("default")) == 4


@pytest.mark.heavy
def test_conversations(tmp_path, tiny_llama):
    write(tmp_path / "talks.jsonl", [talk(place) for place in range(150)])
    found = raced(tmp_path, "talks.jsonl", tiny_llama)
    assert found["task"] == "chat"
    run(tmp_path, "predict", found["bundle"], "talks.jsonl", "--out", "told.csv")
    assert pl.read_csv(tmp_path / "told.csv")["prediction"].dtype == pl.String


@pytest.mark.heavy
def test_preferences(tmp_path, tiny_llama):
    write(tmp_path / "pairs.jsonl", [choice(place) for place in range(150)])
    found = raced(tmp_path, "pairs.jsonl", tiny_llama)
    assert found["task"] == "preference"
    assert found["scores"]["winner"]["value"] > 0.5
    run(tmp_path, "predict", found["bundle"], "pairs.jsonl", "--out", "told.csv")


@pytest.mark.heavy
def test_texts(tmp_path):
    parallel(tmp_path / "toy.csv", rows=150)
    found = raced(tmp_path, "toy.csv", tiny_writer_folder(tmp_path), "--target", "de")
    assert found["task"] == "text_to_text"
    run(tmp_path, "predict", found["bundle"], "toy.csv", "--out", "said.csv")
    assert pl.read_csv(tmp_path / "said.csv")["prediction"].dtype == pl.String
