"""What was done about a finding is said, and what could be done where nothing was."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

import pytest

from headstart import registry
from headstart.core.curve import Curve
from headstart.core.plan import Candidate, Cost, Step
from headstart.evaluation.fitting import diagnose_fitting
from headstart.evaluation.remedy import Treatment, with_remedy
from headstart.flow.adapting.fitting import fitting_of
from headstart.planning.parameters import parameters
from tests.evaluation.test_fitting import LEVEL, RISING, STEEP, replace_scores

FULL = Step(use="full", params={"epochs": 4})


def done(curve, step=FULL, refit=None, kept=None):
    treatment = Treatment(step=step, refit_passes=refit, kept=kept)
    return with_remedy(diagnose_fitting(curve), treatment).done


def test_a_good_fit_needs_nothing_and_an_unknown_one_gets_nothing():
    assert done(LEVEL) == "Nothing had to be done about it."
    assert done(Curve()) == ""


@pytest.mark.parametrize("curve", [RISING, STEEP])
def test_where_nothing_was_done_a_command_is_named(curve):
    text = done(curve)
    assert "Nothing was changed" in text
    assert "--set full." in text


@pytest.mark.parametrize("curve", [RISING, STEEP])
@pytest.mark.parametrize("use", ["full", "lora", "prefix_tuning"])
def test_what_is_advised_may_be_set_and_is_not_what_was_there(curve, use):
    """Whatever the task: labels are smoothed by default on some, and can't be on others."""
    text = done(curve, step=Step(use=use))
    said = dict(re.findall(r"--set (\S+)=(\S+)", text))
    assert said
    usual = registry.build("strategies", use, {})
    assert all(getattr(usual, name) != value for name, value in parameters(said, (use,))[use].items())
    assert "label_smoothing" not in text


def test_no_more_epochs_are_advised_than_may_be_set():
    points = tuple(replace(each, epoch=10 * each.epoch) for each in STEEP.points)
    assert "--set full.epochs=50 lets it learn longer" in done(replace(STEEP, points=points))
    points = tuple(replace(each, epoch=12.5 * each.epoch) for each in STEEP.points)
    assert "A greater full.learning_rate" in done(replace(STEEP, points=points))


def test_fewer_passes_at_the_refit_are_named():
    assert done(RISING, refit=2) == "The refit on all rows took 2 passes instead of 4 passes."
    assert "Nothing was changed" in done(RISING, refit=4)


def test_a_pass_that_was_cut_short_is_told_as_such():
    *points, last = STEEP.points
    short = replace(STEEP, points=(*points, replace(last, epoch=3.6, fraction=0.9)), ended="deadline")
    assert done(short, refit=4) == "The refit on all rows took 4 passes instead of 3.6 passes."
    assert "Nothing could be done" in done(short, refit=3.62)


def test_patience_names_the_weights_it_kept():
    step = Step(use="full", params={"patience": 2})
    text = done(RISING, step=step, refit=2, kept=3)
    assert "those after pass 3" in text
    assert "took 2 passes instead of 4 passes" in text


def test_patience_goes_by_the_score_and_not_by_the_loss():
    """The loss is lowest after pass 2 and the score is best after pass 4, whose weights were kept."""
    curve = replace_scores(RISING, [0.5, 0.7, 0.8, 0.82, 0.84])
    step = Step(use="full", params={"patience": 2})
    candidate = Candidate(base=None, steps=(step,), cost=Cost(seconds=1.0, peak_bytes=1.0))
    found = fitting_of(candidate, {"curve": asdict(curve), "chosen": {"epochs": 4}}, refit=None)
    assert found is not None
    assert "lowest after pass 2" in found.sentence
    assert found.done.endswith("those after pass 4.")


def test_more_passes_or_more_time_are_named_where_it_was_still_learning():
    assert done(STEEP, refit=8) == "The refit on all rows took 8 passes instead of 4 passes."
    assert "--set full.epochs=8" in done(STEEP)
    assert "--within" in done(replace(STEEP, ended="deadline"))
