"""The curve in the report lies within its frame and says what it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.core.curve import Curve, Point
from headstart.core.fitting import Fitting
from headstart.report.as_json import as_json
from headstart.report.fitting import HEIGHT, WIDTH, curve_chart
from headstart.report.html import render
from tests.report.sample_result import sample_result
from tests.report.test_html import Page

POINTS = tuple(
    Point(epoch=place, fraction=place / 4, train_loss=train, dev_loss=dev, dev_score=0.8)
    for place, (train, dev) in enumerate([(None, 0.61), (0.55, 0.48), (0.32, 0.44), (0.2, 0.52), (0.1, 0.6)])
)
FITTING = Fitting(
    kind="overfitting",
    sentence="The dev loss was lowest after pass 2 of 4.",
    best_share=0.5,
    done="The refit on all rows took 2 passes instead of 4.",
    curve=Curve(points=POINTS, dev_rows=180),
)


def test_both_losses_are_drawn_within_the_frame():
    chart = curve_chart(FITTING)
    assert [(line.kind, len(line.marks)) for line in chart.lines] == [("train", 4), ("dev", 5)]
    for mark in (mark for line in chart.lines for mark in line.marks):
        assert 0 <= mark.x <= WIDTH
        assert 0 <= mark.y <= HEIGHT
    dev = chart.lines[1].marks
    assert [mark.x for mark in dev] == [0, WIDTH / 4, WIDTH / 2, WIDTH * 3 / 4, WIDTH]
    assert min(dev, key=lambda mark: -mark.y) == dev[2]
    assert [tick.text for tick in chart.across] == ["0", "1", "2", "3", "4"]


def test_training_losses_stand_in_the_middle_of_their_passes():
    marks = curve_chart(FITTING).lines[0].marks
    assert [mark.x for mark in marks] == [WIDTH / 8, WIDTH * 3 / 8, WIDTH * 5 / 8, WIDTH * 7 / 8]


def test_the_page_tells_the_finding_and_what_was_done():
    page = Page(render(replace(sample_result(), fitting=FITTING)))
    assert "It fitted its training rows too closely" in page.text
    assert FITTING.sentence in page.text
    assert FITTING.done in page.text
    assert "180 dev rows" in page.text
    assert ("svg", "curve") in [(tag, attributes.get("class")) for tag, attributes in page.tags]
    assert "This is the winner's trial on the training rows." in page.text
    mixed = Page(render(replace(sample_result(), fitting=replace(FITTING, of="full"))))
    assert "This is the trial of full, the largest part of the winner, on the training rows." in mixed.text


@pytest.mark.parametrize("fitting", [None, replace(FITTING, curve=Curve(points=POINTS[:2]))])
def test_without_two_passes_there_is_no_section(fitting):
    assert curve_chart(fitting) is None
    page = Page(render(replace(sample_result(), fitting=fitting)))
    assert "passes over the training rows" not in page.text


def test_programs_read_it_too():
    told = as_json(replace(sample_result(), fitting=FITTING))
    assert told["fitting"]["kind"] == "overfitting"
    assert told["fitting"]["curve"]["points"][2]["dev_loss"] == 0.44
    assert as_json(sample_result())["fitting"] is None
