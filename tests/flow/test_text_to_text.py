"""Texts through the command line: from a file to a verdict, a report and predictions."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tests.contracts.text_data import SAID
from tests.flow.test_other_tasks import run
from tests.tiny_writers import tiny_writer_folder


def parallel(path, rows=700):
    """Sentences of four to seven words, no two alike, and what stands for them word by word."""
    import numpy as np

    rng, words, seen = np.random.default_rng(0), np.array([*SAID]), dict[str, str]()
    while len(seen) < rows:
        said = rng.choice(words, size=int(rng.integers(4, 8)))
        seen[" ".join(said)] = " ".join(SAID[each] for each in said)
    pl.DataFrame({"en": [*seen], "de": [*seen.values()]}).write_csv(path)


@pytest.mark.slow
def test_a_toy_language_from_file_to_predictions(tmp_path):
    parallel(tmp_path / "toy.csv", rows=400)
    base = tiny_writer_folder(tmp_path)
    options = ("--strategy", "full", "--set", "full.epochs=5", "--set", "full.learning_rate=5e-3")
    done = run(
        tmp_path, "adapt", "toy.csv", "--target", "de", "--base", str(base), *options,
        "--search", "none", "--within", "10m", "--json",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["task"] == "text_to_text"
    assert found["metric"] == "chrf"
    assert set(found["scores"]) == {"winner", "copy_source", "nearest_target", "zero_shot"}
    scores = found["scores"]
    assert scores["winner"]["value"] > max(scores[each]["value"] for each in ("copy_source", "zero_shot"))
    assert scores["winner"]["low"] < scores["winner"]["value"] < scores["winner"]["high"]
    assert found["comparisons"]["copy_source"]["low"] > 0
    assert set(found["other_metrics"]) == {"bleu", "ter", "rouge_1", "rouge_2", "rouge_l", "text_exact_match"}
    assert set(found["other_metrics"]["bleu"]) == set(found["scores"])
    assert found["diagnosis"]["texts"]["worst"]
    report = (tmp_path / found["report"]).read_text(encoding="utf-8")
    assert "How near the texts come" in report
    assert "What is taken for what" not in report
    told = json.loads(
        run(tmp_path, "predict", found["bundle"], "toy.csv", "--out", "said.csv", "--json").stdout
    )
    said = pl.read_csv(tmp_path / "said.csv")
    assert said["prediction"].dtype == pl.String
    assert told["labels"] == {}
    assert told["words"] > 800


@pytest.mark.slow
def test_the_usual_base_can_not_write_and_leaves_baselines_and_a_reason(tmp_path):
    parallel(tmp_path / "toy.csv", rows=400)
    # A base that was not named is no reason to refuse: some baselines need none.
    done = run(tmp_path, "adapt", "toy.csv", "--target", "de", "--within", "5m", "--json")
    found = json.loads(done.stdout)
    assert found["verdict"] == "baseline"
    assert found["ships"] in ("copy_source", "nearest_target")
    assert set(found["scores"]) == {"copy_source", "nearest_target"}
    assert "needs an encoder-decoder" in found["not_measured"]["zero_shot"]
    assert {"full", "lora", "partial"} <= set(found["plan"]["blocked"])
    assert all("writes none" in found["plan"]["blocked"][name] for name in ("full", "lora", "partial"))
    run(tmp_path, "predict", found["bundle"], "toy.csv", "--out", "said.csv")
    assert pl.read_csv(tmp_path / "said.csv")["prediction"].dtype == pl.String
