"""Texts that are compared, through the command line: from a file to a verdict, a report and predictions."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from scipy.stats import spearmanr

from headstart.tasks._passages import from_text
from tests.contracts.pair_data import retrieval_rows, similarity_rows
from tests.flow.test_other_tasks import adapted, run


def sentence(rng: np.random.Generator) -> str:
    """Six words that no other sentence has."""
    return " ".join("".join(rng.choice([*"abcdefghij"], size=7)) for _ in range(6))


@pytest.mark.slow
def test_similarities_from_file_to_predictions(tmp_path, tiny_bert):
    rows = similarity_rows(700, seed=1)
    scores = np.array([float(each) for each in rows.targets])
    rows.frame.with_columns(score=scores).write_csv(tmp_path / "pairs.csv")
    found = adapted(tmp_path, "pairs.csv", tiny_bert, "--task", "similarity")
    assert found["task"] == "similarity"
    assert found["metric"] == "spearman"
    assert set(found["scores"]) == {"winner", "word_overlap", "untouched"}
    assert found["scores"]["word_overlap"]["value"] > 0.8
    assert set(found["other_metrics"]) == {"pearson", "mae", "rmse"}
    assert "How far the numbers are off" in (tmp_path / found["report"]).read_text(encoding="utf-8")
    run(tmp_path, "predict", found["bundle"], "pairs.csv", "--out", "predicted.csv")
    predicted = pl.read_csv(tmp_path / "predicted.csv")
    assert spearmanr(predicted["prediction"], scores).statistic > 0.5


@pytest.mark.slow
def test_rankings_from_file_to_predictions(tmp_path, tiny_bert):
    rows = retrieval_rows(600, seed=1)
    told = [from_text(each) for each in rows.targets]
    # Every query has a passage of its own, told apart by a number, so that splits can part them.
    queries = [f"{text} {place}" for place, text in enumerate(rows.texts)]
    right = [[f"{passages[0]} {place} {place}"] for place, (passages, _) in enumerate(told)]
    wrong = [list(passages) for _, passages in told]
    pl.DataFrame({"query": queries, "positive": right, "negative": wrong}).write_ndjson(
        tmp_path / "asked.jsonl"
    )
    found = adapted(tmp_path, "asked.jsonl", tiny_bert)
    assert found["task"] == "retrieval"
    assert found["metric"] == "ndcg_at_10"
    assert set(found["scores"]) == {"winner", "bm25", "untouched"}
    assert found["scores"]["bm25"]["value"] > 0.5
    assert set(found["other_metrics"]) == {"mrr_at_10", "recall_at_1", "recall_at_10", "recall_at_100"}
    assert found["diagnosis"]["rankings"]["corpus"] == len({text for each in right + wrong for text in each})
    report = (tmp_path / found["report"]).read_text(encoding="utf-8")
    assert "Where right passages stand" in report
    assert "## Rankings" in (tmp_path / found["bundle"] / "README.md").read_text(encoding="utf-8")
    run(tmp_path, "predict", found["bundle"], "asked.jsonl", "--out", "found.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "found.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [len(each["prediction"]) for each in lines] == [10] * 600
    hits = [each["positive"][0] in [passage["passage"] for passage in each["prediction"]] for each in lines]
    assert np.mean(hits) > 0.3


def test_a_retrieval_keeps_passages_on_one_side_and_ranks_those_of_a_test_file(tmp_path):
    from headstart.data.dataset import load_dataset
    from headstart.data.options import DataOptions

    rng = np.random.default_rng(0)
    answers = [sentence(rng) for _ in range(60)]
    frame = pl.DataFrame(
        {"query": [sentence(rng) for _ in range(120)], "positive": sorted([*answers, *answers])}
    )
    frame.write_csv(tmp_path / "asked.csv")
    data = load_dataset(tmp_path / "asked.csv", DataOptions(), task_name=None, task_settings={})
    task = data.split.task
    sides = [
        {text for each in task.positives(part) for text in each}
        for part in (data.split.train, data.split.dev, data.test)
    ]
    assert len(task.corpus) == 60
    assert sum(map(len, sides)) == 60
    assert all(len(each) >= 1 for each in sides)
    further = pl.DataFrame({"query": [sentence(rng) for _ in range(40)], "positive": ["a new passage"] * 40})
    further.write_csv(tmp_path / "test.csv")
    options = DataOptions(test=tmp_path / "test.csv")
    given = load_dataset(tmp_path / "asked.csv", options, task_name=None, task_settings={})
    assert len(given.split.task.corpus) == 61
    place = given.split.task.corpus.index("a new passage")
    assert [each.tolist() for each in given.split.task.gold(given.test)] == [[place]] * 40
