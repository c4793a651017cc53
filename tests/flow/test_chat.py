"""Conversations through the command line: from a file to a verdict, a report, a bundle and answers."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest

from headstart import adapt, errors
from tests.contracts.chat_data import COLOURS

if TYPE_CHECKING:
    from pathlib import Path


def talk(place: int) -> dict[str, object]:
    thing = list(COLOURS)[place % len(COLOURS)]
    return {
        "messages": [
            {"role": "system", "content": "Name the colour."},
            {"role": "user", "content": f"{place} {thing}?"},
            {"role": "assistant", "content": COLOURS[thing]},
        ]
    }


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headstart.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
def test_conversations_from_file_to_answers(tmp_path, tiny_llama):
    lines = [json.dumps(talk(place)) for place in range(560)]
    (tmp_path / "talks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = ("--base", str(tiny_llama), "--strategy", "full", "--within", "4m", "--search", "none", "--json")
    settings = ("--set", "full.epochs=6", "--set", "full.learning_rate=5e-3", "--set", "full.batch_size=8")
    done = run(tmp_path, "adapt", "talks.jsonl", *told, *settings)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["task"] == "chat"
    assert found["metric"] == "answer_loss"
    assert set(found["scores"]) == {"winner", "zero_shot", "in_context"}
    assert found["not_measured"] == {}
    prompts = {name: each["prompts"] for name, each in found["footprints"].items()}
    # What the prompted base is shown costs tokens, and is told.
    assert prompts["zero_shot"]["shown"] == 0.0
    assert prompts["in_context"]["shown"] >= 1.0
    assert prompts["in_context"]["tokens"] > prompts["zero_shot"]["tokens"]
    assert (found["verdict"], found["ships"]) == ("adapt", "winner")
    assert found["scores"]["winner"]["value"] < 0.5 * found["scores"]["zero_shot"]["value"]
    assert found["other_metrics"]["text_exact_match"]["winner"] > 0.5
    assert "no chat template" in " ".join(found["profile"]["notes"])
    preview = next(each for each in found["profile"]["warnings"] if "learnt: " in each)
    assert "note: " + preview in done.stderr
    report = (tmp_path / found["report"]).read_text(encoding="utf-8")
    assert "### Instruction" in report
    assert "learnt: " in report
    card = (tmp_path / found["bundle"] / "README.md").read_text(encoding="utf-8")
    assert '"text-generation"' in card or "text-generation" in card
    done = run(tmp_path, "predict", found["bundle"], "talks.jsonl", "--out", "answers.jsonl")
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert isinstance(answers[0]["messages"], list)
    right = [each["prediction"] == each["messages"][-1]["content"] for each in answers]
    assert sum(right) > 0.5 * len(right)


def test_a_base_of_the_wrong_kind_is_answered_with_the_kinds_that_do(tmp_path, tiny_bert):
    rows = [talk(place) for place in range(40)]
    with pytest.raises(errors.BaseError, match=r"is an encoder.* chat needs a decoder .*llama"):
        adapt(rows, base=str(tiny_bert), out=tmp_path / "run")


def test_faulty_rows_end_before_anything_is_fitted(tmp_path, tiny_llama):
    rows = [talk(place) for place in range(40)]
    rows[6] = {"messages": rows[6]["messages"][::-1]}
    pl.DataFrame(rows).write_parquet(tmp_path / "talks.parquet")
    done = run(tmp_path, "adapt", "talks.parquet", "--base", str(tiny_llama))
    assert done.returncode == 2
    assert "row 7 of" in done.stderr
    assert not (tmp_path / "runs").exists()
    long = [talk(place) for place in range(40)]
    long[3]["messages"][1]["content"] = "x" * 400
    with pytest.raises(errors.DataError, match=r"row 4 .* tokens before its answer"):
        adapt(long, base=str(tiny_llama), out=tmp_path / "run")
