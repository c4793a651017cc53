"""What the plot of scores shows, and what may lie off its axis."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.core.evaluation import Score
from headstart.report.comparison import score_plot
from tests.report.sample_result import sample_result

FAR = Score(value=0.99, low=0.98, high=1.0)


def near(value: float) -> Score:
    return Score(value=value, low=value - 0.01, high=value + 0.01)


@pytest.mark.parametrize(("far", "beyond"), [("winner", ""), ("tfidf", ""), ("zero_shot", "right")])
def test_one_model_far_off_leaves_the_axis_unless_it_is_what_a_reader_looks_for(far: str, beyond: str):
    full = sample_result()
    # Of these the first is the winner, and the second ships.
    scores = {name: near(0.2 + 0.02 * at) for at, name in enumerate(("winner", "tfidf", "zero_shot"))}
    result = replace(
        full,
        evaluation=replace(full.evaluation, scores={**scores, far: FAR}),
        verdict=replace(full.verdict, ships="tfidf"),
    )
    (first, *others) = score_plot(result).lines
    assert first.text == "0.990"
    assert first.beyond == beyond
    assert all(each.beyond == "" for each in others)
