from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np

from headstart.core.evaluation import Growth, Score
from headstart.report.as_json import as_json
from tests.report.sample_result import sample_result


def test_the_promised_keys_are_there_and_plain():
    told = json.loads(json.dumps(as_json(sample_result()), allow_nan=False))
    assert told["verdict"] == "adapt"
    assert told["metric"] == "macro_f1"
    assert told["winner"]["base"] == "embedded"
    assert told["winner"]["strategies"] == ["full"]
    assert told["winner"]["params"] == {"full": {"rate": 1e-4, "epochs": 4, "batch_tokens": 2048}}
    assert told["scores"]["winner"] == {"value": 0.894, "low": 0.851, "high": 0.93}
    assert set(told["scores"]) == {"winner", "untouched_base", "majority", "tfidf", "zero_shot"}
    assert told["dev_scores"]["probe"] == 0.874
    assert told["comparisons"]["tfidf"] == {
        "difference": 0.031,
        "low": 0.008,
        "high": 0.054,
        "at_worst": None,
    }
    assert told["seconds"] == {"predicted": 47.0, "actual": 58.4, "deadline": 300.0}
    assert told["peak_bytes"] == 1_240_000_000
    assert told["bundle"].endswith("bundle")
    assert told["report"].endswith("report.html")


def test_what_is_not_a_number_is_null():
    full = sample_result()
    evaluation = replace(
        full.evaluation, scores={"winner": Score(value=math.nan, low=-math.inf, high=math.inf)}
    )
    told = as_json(replace(full, evaluation=evaluation, dev_scores={"probe": np.float64(math.nan)}))
    assert told["scores"]["winner"] == {"value": None, "low": None, "high": None}
    assert told["dev_scores"] == {"probe": None}


def test_growth_is_told_where_it_was_measured():
    full = sample_result()
    assert as_json(full)["train_growth"] is None
    change = Score(value=0.012, low=-0.003, high=0.027)
    growth = Growth(half_rows=240, rows=480, dev_rows=120, gain=change, lead=change)
    told = as_json(replace(full, verdict=replace(full.verdict, growth=growth)))["train_growth"]
    assert told["gain"] == told["lead"] == {"value": 0.012, "low": -0.003, "high": 0.027}
    assert (told["half_rows"], told["rows"], told["dev_rows"]) == (240, 480, 120)


def test_what_is_blocked_is_told_for_each_base():
    full = sample_result()
    blocked = full.plan.candidates[-1]
    assert as_json(full)["plan"]["blocked"] == {"lora": blocked.why}
    other = replace(blocked, base="other", why="no network")
    plan = replace(full.plan, candidates=(*full.plan.candidates, other))
    told = as_json(replace(full, plan=plan))["plan"]["blocked"]
    assert told == {"lora on embedded": blocked.why, "lora on other": "no network"}


def test_numpy_values_and_sets_are_plain():
    full = replace(
        sample_result(), settings={"a": np.int64(3), "b": np.arange(2), "c": {2, 1}, "d": (1, "x")}
    )
    assert as_json(full)["settings"] == {"a": 3, "b": [0, 1], "c": [1, 2], "d": [1, "x"]}


def test_texts_of_users_are_not_in_it():
    told = json.dumps(as_json(sample_result()))
    assert "charged twice" not in told
    assert [error["row"] for error in as_json(sample_result())["diagnosis"]["confident_errors"]] == [
        17,
        48,
        79,
        110,
        141,
    ]
