"""Questions through the command line: from SQuAD's own file to a verdict, a report and answers."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.contracts.span_data import span_rows
from tests.flow.test_other_tasks import adapted, run


def squad(rows: int) -> dict[str, Any]:
    """Paragraphs with two or three questions each, as SQuAD lays them out; no two texts alike."""
    found = span_rows(rows, seed=1)
    asked = zip(*(found.frame[name].to_list() for name in ("question", "context", "answers")), strict=True)
    paragraphs = []
    for place, (question, context, answers) in enumerate(asked):
        told = [{"text": text, "answer_start": start} for start, text in json.loads(answers)]
        qas = [
            {"id": f"{place}-{again}", "question": f"{question} {'again ' * again}", "answers": told}
            for again in range(2 + place % 2)
        ]
        paragraphs.append({"context": f"{context} {place}", "qas": qas})
    return {"version": "2.0", "data": [{"title": "all", "paragraphs": paragraphs}]}


@pytest.mark.slow
def test_answers_from_file_to_predictions(tmp_path, tiny_bert):
    (tmp_path / "asked.json").write_text(json.dumps(squad(260)), encoding="utf-8")
    found = adapted(tmp_path, "asked.json", tiny_bert, "--set", "question_answering.longest=8")
    assert found["task"] == "question_answering"
    assert found["metric"] == "answer_f1"
    assert set(found["scores"]) == {"winner", "untouched_base", "best_overlap_sentence", "no_answer"}
    assert set(found["other_metrics"]) == {"exact_match"}
    assert found["verdict"] == "adapt"
    assert found["scores"]["winner"]["value"] > 0.8
    # Questions of one text are one group.
    assert found["test_groups"] < 0.6 * found["test_rows"]
    kinds = found["diagnosis"]["answers"]["kinds"]
    assert sum(each["rows"] for each in kinds) == found["test_rows"]
    assert {each["name"] for each in kinds} <= {"what", "other"}
    report = (tmp_path / found["report"]).read_text(encoding="utf-8")
    assert "What is answered" in report
    assert "Class by class" not in report
    card = (tmp_path / found["bundle"] / "README.md").read_text(encoding="utf-8")
    assert '"question-answering"' in card
    assert "## Questions" in card
    assert "the text that answers it" in card
    bundle = json.loads((tmp_path / found["bundle"] / "bundle.json").read_text(encoding="utf-8"))
    assert bundle["task"]["params"]["longest"] == 8
    assert isinstance(bundle["decision"]["no_answer_above"], float)

    run(tmp_path, "predict", found["bundle"], "asked.json", "--out", "told.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == sum(len(each["qas"]) for each in squad(260)["data"][0]["paragraphs"])
    for line in lines:
        told = line["prediction"]
        assert set(told) == {"text", "start", "end", "probability"}
        assert told["text"] == ("" if told["start"] is None else line["context"][told["start"] : told["end"]])
    right = [
        line["prediction"]["text"] in ([each["text"] for each in json.loads(line["answers"])] or [""])
        if isinstance(line["answers"], str)
        else line["prediction"]["text"] in ([each["text"] for each in line["answers"]] or [""])
        for line in lines
    ]
    assert np.mean(right) > 0.8
    run(tmp_path, "predict", found["bundle"], "asked.json", "--out", "told.csv")
    cells = pl.read_csv(tmp_path / "told.csv")["prediction"].to_list()
    assert [json.loads(each)["text"] for each in cells] == [line["prediction"]["text"] for line in lines]


def test_all_questions_of_a_text_are_on_one_side(tmp_path):
    from headstart.data.dataset import load_dataset
    from headstart.data.options import DataOptions

    (tmp_path / "asked.json").write_text(json.dumps(squad(120)), encoding="utf-8")
    data = load_dataset(tmp_path / "asked.json", DataOptions(), task_name=None, task_settings={})
    sides = {
        (context, side)
        for side, rows in (("train", data.split.train), ("dev", data.split.dev), ("test", data.test))
        for context in rows.frame["context"]
    }
    assert len(sides) == 120
    assert all(len([*each]) == 1 for _, each in groupby(sorted(sides), key=lambda each: each[0]))
    assert len(data.test) >= 60


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer_start": 7}, "row 1 has the answer 'Ada' at 7, where the text has 'te '; it stands at 0"),
        ({"text": "Eve"}, "the text does not hold it"),
    ],
)
def test_an_answer_that_does_not_stand_where_it_should_ends_with_status_2(tmp_path, change, said):
    import subprocess
    import sys

    answer = {"text": "Ada", "answer_start": 0, **change}
    qas = [{"id": "1", "question": "Who?", "answers": [answer]}]
    paragraphs = [{"context": "Ada wrote notes in 1843.", "qas": qas}]
    (tmp_path / "asked.json").write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}))
    command = [sys.executable, "-m", "headstart.cli", "adapt", "asked.json", "--task", "question_answering"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
