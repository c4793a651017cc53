from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from headstart.core.evaluation import Growth, Score
from headstart.report.next_steps import MOST, next_steps
from tests.report.sample_result import sample_result
from tests.report.test_learning_curves import curve as learning_curve

if TYPE_CHECKING:
    from headstart.core.result import Result


def actions(result: Result) -> str:
    return " | ".join(f"{each.action}: {each.reason} {each.command}" for each in next_steps(result))


def test_the_bundle_comes_first():
    first = next_steps(sample_result())[0]
    assert first.command == "headstart predict runs/support_tickets/bundle new.csv --out predicted.csv"
    assert len(next_steps(sample_result())) <= MOST


def test_an_open_verdict_asks_for_test_rows():
    full = sample_result()
    undecided = replace(full, verdict=replace(full.verdict, outcome="inconclusive", test_rows_needed=1900))
    assert "Label about 1,660 more test rows" in actions(undecided)
    assert "more test rows" not in actions(full)
    unopened = replace(undecided, evaluation=replace(full.evaluation, unopened=2000))
    assert unopened.evaluation.rows == 240
    allowed = replace(unopened, seconds=replace(full.seconds, deadline=240.0))
    assert "open more of the sealed rows" in actions(allowed)
    assert "2,000 more lie unopened. --within 32m" in actions(allowed)
    assert "Label about" not in actions(allowed)
    assert "Label about 1,660" in actions(
        replace(undecided, evaluation=replace(full.evaluation, unopened=90))
    )
    few = replace(full, verdict=replace(full.verdict, trusted=False))
    assert "Collect more test rows" in actions(few)


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (
            (0.03, 0.01, 0.05),
            "Label more training rows: The second half of the 480 training rows brought +3.0",
        ),
        ((0.03, -0.01, 0.07), "Label test rows before training rows: "),
        ((0.001, -0.006, 0.008), "Don't label more training rows for the sake of the score: "),
    ],
)
def test_what_training_rows_brought_becomes_advice(gain, said):
    full = sample_result()
    value, low, high = gain
    growth = Growth(
        half_rows=240,
        rows=480,
        dev_rows=120,
        gain=Score(value=value, low=low, high=high),
        lead=Score(value=0.0, low=-0.02, high=0.02),
    )
    undecided = replace(full.verdict, outcome="inconclusive", test_rows_needed=1900, growth=growth)
    assert said in actions(replace(full, verdict=undecided))
    assert "training rows" not in actions(full)


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (
            (0.021, 0.008, 0.04),
            "Label more training rows: +2.1 points of macro-F1 (+0.8 to +4.0) are expected of twice as many.",
        ),
        (
            (0.002, 0.0, 0.006),
            "Don't label more training rows for the sake of the score: +0.2 points of macro-F1 (+0.0 to "
            "+0.6) are expected of twice as many, less than 1 point.",
        ),
        ((0.006, 0.0, 0.02), ""),
    ],
)
def test_what_twice_the_labels_are_expected_to_bring_becomes_advice(gain, said):
    full, curve = sample_result(), learning_curve()
    value, low, high = gain
    nothing = Score(value=0.0, low=-0.02, high=0.02)
    twice = replace(curve.twice, gain=value, gain_low=low, gain_high=high)
    growth = Growth(
        half_rows=240,
        rows=480,
        dev_rows=120,
        gain=nothing,
        lead=nothing,
        curves=(replace(curve, twice=twice),),
    )
    advice = actions(replace(full, verdict=replace(full.verdict, growth=growth)))
    assert said in advice
    assert said or "training rows" not in advice


def test_a_half_that_did_not_fit_asks_for_no_more_time():
    full = sample_result()
    before = actions(full)
    for role in ("half", "quarter", "member"):
        share = replace(full.trials[4], role=role, status="skipped", cost=None)
        assert actions(replace(full, trials=(*full.trials, share))) == before


def test_findings_in_the_data_become_advice():
    full = sample_result()
    found = replace(
        full,
        diagnosis=replace(full.diagnosis, confident_errors=()),
        profile=replace(full.profile, leaking=("resolution",), language="de", conflicts=0),
    )
    assert "Check resolution" in actions(found)
    assert "base for your language" in actions(found)
    lengths = replace(full.profile.lengths, truncated=0.31)
    assert "31 % of the texts are longer" in actions(
        replace(found, profile=replace(full.profile, lengths=lengths))
    )


def test_what_did_not_fit_asks_for_more_than_the_deadline():
    full = sample_result()
    stopped = replace(full.trials[4], status="stopped", cost=None)
    assert "--within 6m" in actions(replace(full, trials=(*full.trials[:4], stopped)))


def test_what_no_time_would_mend_asks_for_none():
    full = sample_result()
    blocked = replace(full.trials[4], status="skipped", candidate=full.plan.candidates[2], cost=None)
    assert "Allow more time" not in actions(replace(full, trials=(*full.trials[:4], blocked)))


def test_weak_classes_and_confused_pairs_are_named():
    full = sample_result()
    matrix = tuple(
        tuple(12 if row == 1 and column == 0 else cell for column, cell in enumerate(line))
        for row, line in enumerate(full.diagnosis.confusion)
    )
    classes = tuple(replace(each, f1=0.4) if each.name == "bug" else each for each in full.diagnosis.classes)
    told = actions(replace(full, diagnosis=replace(full.diagnosis, confusion=matrix, classes=classes)))
    assert "Define where 'bug' ends and 'billing' begins" in told
    assert "Label more rows of 'bug'" in told


def test_a_command_can_be_pasted_whatever_the_folder_is_called():
    full = replace(sample_result(), bundle=Path("runs/R&D $1/bundle"))
    assert "headstart predict 'runs/R&D $1/bundle' new.csv" in actions(full)


def test_a_class_without_a_test_row_is_not_called_weak_nor_usual():
    full = sample_result()
    untested = tuple(
        replace(each, name=f"x{at}", rows=0, f1=0.0) for at, each in enumerate(full.diagnosis.classes)
    )
    classes = tuple(replace(each, f1=0.4) if each.name == "bug" else each for each in full.diagnosis.classes)
    told = actions(replace(full, diagnosis=replace(full.diagnosis, classes=(*classes, *untested))))
    assert "Label more rows of 'bug'" in told
    assert "'x" not in told


def test_more_time_comes_first_where_no_adaptation_was_measured():
    full = sample_result()
    cut = tuple(replace(each, status="stopped", cost=None) for each in full.trials[3:5])
    assert "more would let them run." in actions(replace(full, trials=(*full.trials[:3], *cut)))
    again = replace(cut[1], candidate=replace(cut[1].candidate, variant=1))
    named = cut[1].candidate.name
    said = f"{named}, {named} 2 did not fit in"
    assert said in actions(replace(full, trials=(*full.trials[:4], cut[1], again)))
    alone = replace(full, trials=(*full.trials[:4], cut[1]))
    assert "more would let it run." in actions(alone)
    assert next_steps(alone)[1].action != "Allow more time"
    scores = {name: each for name, each in full.evaluation.scores.items() if name != "winner"}
    without = replace(alone, evaluation=replace(full.evaluation, scores=scores, comparisons={}))
    assert next_steps(without)[1].action == "Allow more time"
    assert actions(without).count("Allow more time") == 1
