"""Scores that runs leave for the plans of later ones."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from headstart.planning.journal import KEPT_LINES, MOST_LINES, append, lines
from headstart.planning.scores import FILE, UNTOLD, Reached, note_score, read_scores

SCORE = Reached(
    data="abc", strategy="probe", base="embedded", metric="accuracy", rows=100, classes=3, score=0.8
)


def test_scores_come_back_by_metric(tmp_path):
    other = replace(SCORE, metric="macro_f1", base=None)
    for each in (SCORE, other):
        note_score(tmp_path, each)
    assert read_scores(tmp_path, metric="accuracy") == (SCORE,)
    assert read_scores(tmp_path, metric="macro_f1") == (other,)
    assert read_scores(tmp_path / "nowhere", metric="accuracy") == ()


def test_of_an_old_history_few_rows_are_taken_to_have_judged(tmp_path):
    old = {name: each for name, each in asdict(SCORE).items() if name != "judged"}
    append(tmp_path / FILE, old)
    assert read_scores(tmp_path, metric="accuracy") == (replace(SCORE, judged=UNTOLD),)


@pytest.mark.parametrize("torn", ["{", "[]", "null", '{"data": 3}', "\x00"])
def test_a_torn_line_is_passed_over(tmp_path, torn):
    note_score(tmp_path, SCORE)
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write(torn + "\n")
    note_score(tmp_path, SCORE)
    assert read_scores(tmp_path, metric="accuracy") == (SCORE, SCORE)


@pytest.mark.parametrize("wrong", [{"score": float("nan")}, {"rows": 0}, {"classes": 1}, {"judged": -1}])
def test_what_makes_no_sense_is_passed_over(tmp_path, wrong):
    note_score(tmp_path, replace(SCORE, **wrong))
    assert read_scores(tmp_path, metric="accuracy") == ()


def test_a_journal_stays_short_and_keeps_the_latest(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text('{"n": 0}\n' * MOST_LINES, encoding="utf-8")
    append(path, {"n": 1})
    kept = list(lines(path))
    assert len(kept) == KEPT_LINES
    assert kept[-1] == {"n": 1}


def test_a_place_that_cannot_be_written_ends_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    append(tmp_path / "file" / "x.jsonl", {"n": 1})
