"""A decoder asked for labels, through the command line: from a file to a verdict, a report and answers."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from headstart.bundle.save import save_model
from headstart.core.model import Model
from headstart.evaluation.decide import Wish, decide
from headstart.flow.predict import predict
from headstart.models.describe import describe
from tests.contracts.label_data import LabelContract, label_rows
from tests.contracts.small_data import FILLERS, small_rows
from tests.contracts.strategy_contract import StrategyContract

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headstart.cli", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
def test_labels_from_file_to_answers(tmp_path, tiny_llama):
    rows = small_rows(280, seed=1)
    rng, words = np.random.default_rng(0), [*FILLERS, "many", "more", "words", "that", "say", "nothing"]
    # Some texts are longer than the base reads.
    longer = [" ".join(rng.choice(words, size=80 if place % 7 == 0 else 1)) for place in range(280)]
    texts = [
        f"{text} {place} {more}" for place, (text, more) in enumerate(zip(rows.texts, longer, strict=True))
    ]
    pl.DataFrame({"text": texts, "label": rows.targets}).write_csv(tmp_path / "remarks.csv")
    told = ("--base", str(tiny_llama), "--strategy", "in_context", "--search", "none", "--json")
    settings = ("--set", "in_context.demonstrations=1", "--within", "2m")
    found = json.loads(run(tmp_path, "adapt", "remarks.csv", "--target", "label", *told, *settings).stdout)
    # The prompted base is the untouched base, so there is no other line for it.
    assert set(found["scores"]) == {"winner", "majority", "tfidf", "zero_shot"}
    assert found["winner"]["strategies"] == ["in_context"]
    assert found["ships"] != "winner"
    prompts = {name: each["prompts"] for name, each in found["footprints"].items()}
    assert prompts["majority"] is None
    assert prompts["zero_shot"]["tokens"] < prompts["winner"]["tokens"] <= 256
    assert prompts["zero_shot"]["cut"] > 0
    notes = " ".join(found["notes"])
    assert f"zero-shot read {prompts['zero_shot']['cut']} texts of {found['test_rows']}" in notes
    assert "in-context showed fewer demonstrations" in notes
    assert "tokens of a prompt" in (tmp_path / found["report"]).read_text(encoding="utf-8")


def test_a_bundle_answers_a_file_as_its_model_did(tmp_path, tiny_llama):
    its = StrategyContract()
    its.name, its.metric = "in_context", "accuracy"
    rows = small_rows(40, seed=1)
    split = its.split_of(rows, small_rows(6, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_llama)))
    context = its.context_in(tmp_path / "work")
    model = its.adapted(start, split, context, demonstrations=1)[-1].model
    save_model(model, tmp_path / "bundle", columns=("text",))
    rows.frame.select("text").write_csv(tmp_path / "new.csv")
    predict(tmp_path / "bundle", tmp_path / "new.csv", out=tmp_path / "told.csv")
    told, expected = pl.read_csv(tmp_path / "told.csv"), model.predict(rows)
    assert told["prediction"].to_list() == expected.names
    found = told.select([f"probability_{name}" for name in split.task.classes]).to_numpy()
    np.testing.assert_allclose(found, expected.probabilities, atol=1e-5)


@pytest.mark.slow
def test_written_labels_from_file_to_answers(tmp_path, tiny_llama):
    rows = small_rows(280, seed=1)
    texts = [f"{text} {place}" for place, text in enumerate(rows.texts)]
    pl.DataFrame({"text": texts, "label": rows.targets}).write_csv(tmp_path / "remarks.csv")
    told = ("--base", str(tiny_llama), "--strategy", "probe", "--search", "none", "--within", "2m", "--json")
    settings = ("--set", "zero_shot.answer=generated")
    found = json.loads(run(tmp_path, "adapt", "remarks.csv", "--target", "label", *told, *settings).stdout)
    assert set(found["scores"]) == {"winner", "majority", "tfidf", "zero_shot"}
    # A random base writes nothing that names a label, and so its rows get the shares of labels.
    prompts = found["footprints"]["zero_shot"]["prompts"]
    assert prompts["unread"] == found["test_rows"]
    assert found["scores"]["zero_shot"]["value"] == pytest.approx(found["scores"]["majority"]["value"])
    notes = " ".join(found["notes"])
    assert f"zero-shot wrote {found['test_rows']} answers of {found['test_rows']} that name no label" in notes


@pytest.mark.slow
def test_any_number_of_labels_from_file_to_answers(tmp_path, tiny_llama):
    rows = label_rows(280, seed=1)
    lines = [
        json.dumps({"text": f"{text} {place}", "labels": json.loads(labels)})
        for place, (text, labels) in enumerate(zip(rows.texts, rows.targets, strict=True))
    ]
    (tmp_path / "remarks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = ("--base", str(tiny_llama), "--strategy", "zero_shot", "--search", "none", "--within", "2m")
    found = json.loads(
        run(tmp_path, "adapt", "remarks.jsonl", *told, "--describe", "money=bills", "--json").stdout
    )
    assert (found["task"], found["winner"]["strategies"]) == ("multilabel", ["zero_shot"])
    assert set(found["scores"]) >= {"winner", "label_frequency", "tfidf_labels"}
    assert found["footprints"]["winner"]["prompts"]["tokens"] > 0
    plan = json.loads(run(tmp_path, "plan", "remarks.jsonl", *told[:2], "--json").stdout)
    names = {each["name"]: each for each in plan["candidates"]}
    assert not names["zero_shot"]["blocked"]
    assert not names["in_context"]["blocked"]
    assert names["in_context"]["cost"]["seconds"] > names["zero_shot"]["cost"]["seconds"] > 0


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("zero_shot", {}),
        ("zero_shot", {"answer": "generated"}),
        ("in_context", {"demonstrations": 1, "instruction": "True?"}),
        ("in_context", {"demonstrations": 1, "instruction": "True?", "choice": "random"}),
    ],
)
def test_a_bundle_gives_each_row_the_labels_that_its_model_does(tmp_path, tiny_llama, name, params):
    its = LabelContract()
    its.name = name
    rows = label_rows(30, seed=1)
    split = its.split_of(rows, label_rows(12, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_llama)))
    context = its.context_in(tmp_path / "work")
    model = its.adapted(start, split, context, **params)[-1].model
    raw = model.predictor.predict(split.dev)
    decision = decide(raw, split.task.gold(split.dev), Wish(), metric=context.metric)
    model = replace(model, decision=decision)
    save_model(model, tmp_path / "bundle", columns=("text",))
    rows.frame.select("text").write_csv(tmp_path / "new.csv")
    predict(tmp_path / "bundle", tmp_path / "new.csv", out=tmp_path / "told.jsonl")
    told = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    assert [each["prediction"] for each in told] == model.predict(rows).answers
