"""Numbers, labels and tags through the command line: from a file to a verdict, a report and predictions."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import pearsonr

from tests.contracts.label_data import label_rows
from tests.contracts.number_data import number_rows
from tests.contracts.tag_data import tag_rows

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headstart.cli", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done


def adapted(folder: Path, data: str, tiny_bert: Path, *options: str) -> dict[str, Any]:
    plain = ("--base", str(tiny_bert), "--strategy", "probe", "--within", "10m", "--json")
    return json.loads(run(folder, "adapt", data, *plain, *options).stdout)


def numbered(rows: Any) -> pl.Series:
    """The same texts, no two of them alike."""
    return pl.Series([f"{text} {place}" for place, text in enumerate(rows.texts)])


@pytest.mark.slow
def test_numbers_from_file_to_predictions(tmp_path, tiny_bert):
    rows = number_rows(700, seed=1)
    scores = np.array([float(each) for each in rows.targets])
    frame = pl.DataFrame({"remark": numbered(rows), "score": scores})
    frame.write_csv(tmp_path / "scores.csv")
    found = adapted(tmp_path, "scores.csv", tiny_bert)
    assert found["task"] == "regression"
    assert found["metric"] == "pearson"
    assert set(found["scores"]) == {"winner", "untouched_base", "mean", "tfidf_ridge"}
    assert found["scores"]["mean"]["value"] == 0.0
    assert found["scores"]["tfidf_ridge"]["value"] > 0.8
    assert set(found["other_metrics"]) == {"spearman", "mae", "rmse"}
    assert found["other_metrics"]["mae"]["mean"] == pytest.approx(
        np.abs(scores - scores.mean()).mean(), rel=0.2
    )
    assert found["diagnosis"]["numbers"]["quartiles"] == sorted(found["diagnosis"]["numbers"]["quartiles"])
    report = (tmp_path / found["report"]).read_text(encoding="utf-8")
    assert "How far the numbers are off" in report
    assert "What is taken for what" not in report
    card = (tmp_path / found["bundle"] / "README.md").read_text(encoding="utf-8")
    assert "## Errors" in card
    run(tmp_path, "predict", found["bundle"], "scores.csv", "--out", "predicted.csv")
    predicted = pl.read_csv(tmp_path / "predicted.csv")
    assert predicted["prediction"].dtype == pl.Float64
    assert pearsonr(predicted["prediction"], scores).statistic > 0.5
    told = json.loads(
        run(tmp_path, "predict", found["bundle"], "scores.csv", "--out", "p.jsonl", "--json").stdout
    )
    assert told["numbers"]["mean"] == pytest.approx(predicted["prediction"].mean(), abs=1e-6)


@pytest.mark.slow
def test_columns_of_labels_from_file_to_predictions(tmp_path, tiny_bert):
    rows = label_rows(700, seed=1)
    sets = [json.loads(each) for each in rows.targets]
    names = ("cinema", "hardware", "money")
    columns = {name: [int(name in each) for each in sets] for name in names}
    pl.DataFrame({"remark": numbered(rows), **columns}).write_csv(tmp_path / "many.csv")
    targets = [word for name in names for word in ("--target", name)]
    found = adapted(tmp_path, "many.csv", tiny_bert, *targets)
    assert found["task"] == "multilabel"
    assert found["metric"] == "label_micro_f1"
    assert set(found["scores"]) >= {"winner", "label_frequency", "tfidf_labels"}
    assert found["scores"]["tfidf_labels"]["value"] > 0.8
    assert {each["name"] for each in found["diagnosis"]["classes"]} == set(names)
    bundle = json.loads((tmp_path / found["bundle"] / "bundle.json").read_text(encoding="utf-8"))
    assert len(bundle["decision"]["thresholds"]) == 3
    assert "Label by label" in (tmp_path / found["report"]).read_text(encoding="utf-8")
    run(tmp_path, "predict", found["bundle"], "many.csv", "--out", "predicted.csv")
    predicted = pl.read_csv(tmp_path / "predicted.csv")
    assert {"probability_cinema", "probability_hardware", "probability_money"} <= set(predicted.columns)
    given = [set(json.loads(each)) for each in predicted["prediction"]]
    assert np.mean([one == set(other) for one, other in zip(given, sets, strict=True)]) > 0.3


@pytest.mark.slow
@pytest.mark.parametrize("form", ["parquet", "jsonl", "conll"])
def test_tags_from_file_to_predictions(tmp_path, tiny_bert, form):
    rows = tag_rows(500, seed=1)
    words = [[*text.split(" "), str(place)] for place, text in enumerate(rows.texts)]
    tags = [[*json.loads(each), "O"] for each in rows.targets]
    frame = pl.DataFrame({"tokens": words, "tags": tags})
    data = f"tagged.{form}"
    if form == "parquet":
        frame.write_parquet(tmp_path / data)
    elif form == "jsonl":
        frame.write_ndjson(tmp_path / data)
    else:
        sentences = (zip(one, other, strict=True) for one, other in zip(words, tags, strict=True))
        text = "\n\n".join("\n".join(f"{word} {tag}" for word, tag in each) for each in sentences)
        (tmp_path / data).write_text(text + "\n", encoding="utf-8")
    found = adapted(tmp_path, data, tiny_bert)
    assert found["task"] == "tagging"
    assert found["metric"] == "entity_f1"
    assert set(found["scores"]) >= {"winner", "frequent_tag", "gazetteer"}
    assert found["scores"]["gazetteer"]["value"] > 0.9
    assert {each["name"] for each in found["diagnosis"]["classes"]} == {"ANIMAL", "THING"}
    assert "Kind by kind" in (tmp_path / found["report"]).read_text(encoding="utf-8")
    card = (tmp_path / found["bundle"] / "README.md").read_text(encoding="utf-8")
    assert '"token-classification"' in card
    if form != "conll":
        run(tmp_path, "predict", found["bundle"], data, "--out", "predicted.jsonl")
        lines = (tmp_path / "predicted.jsonl").read_text(encoding="utf-8").splitlines()
        given = [json.loads(line)["prediction"] for line in lines]
        assert [len(each) for each in given] == [len(each) for each in words]
        assert np.mean([one == other for one, other in zip(given, tags, strict=True)]) > 0.5


def test_a_plan_names_what_fits_the_task_and_says_what_does_not(tmp_path, tiny_bert):
    rows = number_rows(120, seed=1)
    pl.DataFrame({"remark": numbered(rows), "score": [float(each) for each in rows.targets]}).write_csv(
        tmp_path / "scores.csv"
    )
    command = ("plan", "scores.csv", "--base", str(tiny_bert), "--json")
    every = json.loads(run(tmp_path, *command).stdout)
    assert {each["name"] for each in every["baselines"]} == {"mean", "tfidf_ridge"}
    assert {each["name"] for each in every["candidates"]} == {"probe", "partial", "full", "gradual", "lora"}
    named = json.loads(run(tmp_path, *command, "--strategy", "few_shot").stdout)
    assert named["candidates"][0]["blocked"]
    assert "one class a row" in named["candidates"][0]["why"]
    assert "a number a row" in named["candidates"][0]["why"]
