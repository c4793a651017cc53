from __future__ import annotations

import json
from dataclasses import replace

import pytest

from headstart.bundle.card import card
from headstart.planning.combined import combined_candidate
from headstart.wording import DASH
from tests.report.sample_result import sample_result, simple


def header(text: str) -> dict[str, object]:
    _, front, _ = text.split("---\n", 2)
    return {name: json.loads(value) for name, value in (line.split(": ", 1) for line in front.splitlines())}


def test_the_measured_figures_are_on_the_card():
    text = card(sample_result())
    assert sample_result().verdict.sentence in text
    for said in (
        "0.894",
        "0.851 to 0.930",
        "+0.008 to +0.054",
        "91 MB",
        "3.4 ms",
        "240 sealed test rows",
        "58 s of 5 min",
    ):
        assert said in text
    assert header(text)["language"] == ["en"]
    assert header(text)["library_name"] == "headstart"


@pytest.mark.parametrize(
    ("base", "named"),
    [
        ("embedded", "sentence-transformers/all-MiniLM-L6-v2"),
        ("acme/base", "acme/base"),
        ("../models/base", None),
        ("/home/ann/base", None),
    ],
)
def test_the_base_has_the_name_under_which_others_find_it(base, named):
    full = sample_result()
    assert header(card(replace(full, winner=replace(full.winner, base=base)))).get("base_model") == named


def test_no_text_of_a_user_is_on_the_card():
    plain = sample_result()
    full = replace(plain, profile=replace(plain.profile, notes=("answers end with a full stop",)))
    assert "charged twice" not in card(full)
    hidden = card(replace(full, text_kept=False))
    assert "answers end with a full stop" in hidden
    assert not any(warning in hidden for warning in full.profile.warnings)


def test_names_from_data_break_neither_header_nor_tables():
    full = sample_result(classes=("a|b", "<script>", "line\nbreak"))
    full = replace(full, profile=replace(full.profile, language='en"\nevil: "1'))
    text = card(full)
    assert set(header(text)) <= {"library_name", "pipeline_tag", "tags", "language", "base_model", "metrics"}
    assert "a\\|b" in text
    assert "<script>" not in text
    widths = {line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("| a")}
    assert widths == {6}


def test_a_class_without_a_test_row_has_no_figures_and_comes_last():
    full = sample_result(classes=tuple(f"c{at}" for at in range(12)))
    first, *others = full.diagnosis.classes
    untested = replace(first, rows=0, precision=0.0, recall=0.0, f1=0.0)
    few = replace(full, diagnosis=replace(full.diagnosis, classes=(untested, *others[:4])))
    lines = [line for line in card(few).splitlines() if line.startswith("| c")]
    assert lines[-1] == f"| c0 | 0 | {DASH} | {DASH} | {DASH} |"
    many = replace(full, diagnosis=replace(full.diagnosis, classes=(untested, *others)))
    assert "| c0 |" not in card(many)


def test_a_run_without_an_adaptation_has_a_card():
    full = sample_result()
    scores = {name: full.evaluation.scores[name] for name in ("majority", "tfidf")}
    evaluation = replace(
        full.evaluation,
        scores=scores,
        comparisons={},
        others={},
        footprints={},
        not_measured={"zero_shot": "no words"},
    )
    text = card(
        replace(
            full, evaluation=evaluation, verdict=replace(full.verdict, ships="tfidf", trusted=False, notes=())
        )
    )
    assert "tf-idf (ships)" in text
    assert "zero-shot was not measured: no words" in text
    assert "too few" in text
    assert "base_model" not in header(text)


def test_the_members_of_a_combination_are_on_the_card():
    full = sample_result()
    members = (simple("tfidf", 1.0, 10.0), full.winner)
    combination = {"use": "greedy_ensemble", "params": {}}
    winner = combined_candidate(combination, members, (0.25, 0.75), cost=full.winner.cost)
    text = card(replace(full, winner=winner))
    assert "**What ships:** greedy-ensemble of 2 models." in text
    assert "| tf-idf | 0.25 |" in text
    assert "| full on embedded | 0.75 |" in text
    assert "## Members" not in card(full)
    baseline = replace(full, winner=winner, verdict=replace(full.verdict, ships="tfidf"))
    assert "## Members" not in card(baseline)
