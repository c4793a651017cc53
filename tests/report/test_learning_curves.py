"""The chart of what more labels would bring."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from headstart.core.evaluation import Growth, Score
from headstart.core.learning_curve import CurvePoint, Forecast, LearningCurve
from headstart.report.html import render
from headstart.report.learning_curves import HEIGHT, WIDTH, learning_curves
from tests.report.sample_result import sample_result
from tests.report.test_html import Page


def expected(rows, value, half):
    return Forecast(
        rows=rows, value=value, low=value - half, high=value + half, gain=0.02, gain_low=0.01, gain_high=0.03
    )


def curve(model="winner", lift=0.0):
    measured = [(120, 0.81, "dev"), (240, 0.85, "dev"), (480, 0.88, "dev"), (600, 0.87, "test")]
    fan = [(600, 0.875, 0.01), (1200, 0.89, 0.015), (2000, 0.90, 0.02), (3000, 0.91, 0.025)]
    return LearningCurve(
        model=model,
        points=tuple(
            CurvePoint(rows=rows, score=score + lift, error=0.015, measured_on=on)
            for rows, score, on in measured
        ),
        level=0.8,
        twice=expected(1200, 0.89 + lift, 0.015),
        five_times=expected(3000, 0.91 + lift, 0.025),
        fan=tuple(expected(rows, value + lift, half) for rows, value, half in fan),
    )


def test_the_member_that_a_curve_is_of_is_named():
    chart = learning_curves(grown(replace(curve(), single=True, of="probe")))
    assert chart is not None
    assert chart.curves[-1].label == "probe"
    assert "probe alone is expected" in chart.sentence


def grown(*curves):
    full = sample_result()
    nothing = Score(value=0.01, low=0.0, high=0.02)
    growth = Growth(half_rows=240, rows=480, dev_rows=120, gain=nothing, lead=nothing, curves=curves)
    return replace(full, verdict=replace(full.verdict, growth=growth))


def test_the_page_shows_the_curves_and_says_it_in_a_sentence():
    page = Page(render(grown(curve(), curve("tfidf", lift=-0.05))))
    assert "What more labels would bring" in page.text
    assert (
        "With twice the labels, full on embedded is expected to reach macro-F1 0.890 (80 % interval 0.875 to "
        "0.905), with five times 0.910 (0.885 to 0.935)."
    ) in page.text
    assert "five times the labels, 3,000: 0.910 expected, 0.885 to 0.935" in page.text
    assert "600 training rows: 0.870 on test rows" in page.text
    assert "tf-idf, 480 training rows: 0.830 on dev rows" in page.text
    classes = [attributes.get("class") for tag, attributes in page.tags if tag == "circle"]
    assert (classes.count("dev"), classes.count("test"), classes.count("expected")) == (6, 2, 4)


def test_all_lies_within_the_chart_and_more_rows_lie_to_the_right():
    chart = learning_curves(grown(curve(), curve("tfidf", lift=-0.05)))
    assert [each.label for each in chart.curves] == ["tf-idf", "full on embedded"]
    for each in chart.curves:
        assert [mark.x for mark in each.marks] == sorted(mark.x for mark in each.marks)
        for mark in each.marks:
            assert 0 <= mark.x <= WIDTH
            assert 0 <= mark.high <= mark.y <= mark.low <= HEIGHT
        places = [float(place) for place in re.findall(r"[\d.]+", each.fan)]
        assert min(places) >= 0
        assert max(places) <= WIDTH
    assert [text for _, text in chart.across] == ["120", "240", "600", "1,200", "3,000"]
    halving, doubling = chart.across[1][0] - chart.across[0][0], chart.across[3][0] - chart.across[2][0]
    assert halving == pytest.approx(doubling, abs=0.2)


def test_without_a_forecast_there_is_no_section():
    for result in (sample_result(), grown(), grown(curve("tfidf"))):
        assert learning_curves(result) is None
        assert "What more labels would bring" not in render(result)
