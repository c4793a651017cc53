"""What `adapt` shows when it is done."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console

from headstart.core.evaluation import Comparison, Score
from headstart.flow.adapting.outcome import Outcome
from headstart.report.as_json import as_json
from headstart.wording import DASH
from tests.report.sample_result import sample_result

if TYPE_CHECKING:
    from headstart.core.result import Result


def shown(result: Result) -> str:
    console = Console(file=io.StringIO(), width=120)
    Outcome(values=as_json(result)).render(console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_scores_intervals_and_leads_are_shown() -> None:
    text = shown(sample_result())
    assert "0.851 to 0.930" in text
    assert "+0.031 (+0.008 to +0.054)" in text
    # The same megabytes as on the report and as --max-size takes.
    assert " 3.41  91" in text
    assert "1240 MB at most" in text


def test_what_is_not_known_is_a_dash() -> None:
    full, none = sample_result(), float("nan")
    evaluation = replace(
        full.evaluation,
        scores={name: Score(value=0.5, low=none, high=none) for name in ("winner", "tfidf")},
        comparisons={"tfidf": Comparison(difference=0.25, low=none, high=none)},
    )
    text = shown(replace(full, evaluation=evaluation))
    assert f"0.500 {DASH} to {DASH}" in " ".join(text.split())
    assert f"+0.250 ({DASH} to {DASH})" in text


def test_without_a_winner_there_is_no_column_of_its_leads() -> None:
    full = sample_result()
    assert "winner's lead" in shown(full)
    scores = {"tfidf": full.evaluation.scores["tfidf"]}
    text = shown(replace(full, evaluation=replace(full.evaluation, scores=scores, comparisons={})))
    assert "lead" not in text.partition("on sealed rows")[2].partition("tfidf")[0]
    assert "MB" in text
