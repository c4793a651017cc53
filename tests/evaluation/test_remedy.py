"""What was done about a finding is said, and what could be done where nothing was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.core.curve import Curve
from headstart.core.plan import Step
from headstart.evaluation.fitting import diagnose_fitting
from headstart.evaluation.remedy import with_remedy
from tests.evaluation.test_fitting import LEVEL, RISING, STEEP

FULL = Step(use="full", params={"epochs": 4})


def done(curve, step=FULL, refit=None):
    return with_remedy(diagnose_fitting(curve), step=step, refit_passes=refit).done


def test_a_good_fit_needs_nothing_and_an_unknown_one_gets_nothing():
    assert done(LEVEL) == "Nothing had to be done about it."
    assert done(Curve()) == ""


@pytest.mark.parametrize("curve", [RISING, STEEP])
def test_where_nothing_was_done_a_command_is_named(curve):
    text = done(curve)
    assert "Nothing was changed" in text
    assert "--set full." in text


def test_fewer_passes_at_the_refit_are_named():
    assert done(RISING, refit=2) == "The refit on all rows took 2 passes instead of 4 passes."
    assert "Nothing was changed" in done(RISING, refit=4)


def test_patience_names_the_weights_it_kept():
    text = done(RISING, step=Step(use="full", params={"patience": 2}), refit=2)
    assert "those after pass 2" in text
    assert "took 2 passes instead of 4 passes" in text


def test_more_passes_or_more_time_are_named_where_it_was_still_learning():
    assert done(STEEP, refit=8) == "The refit on all rows took 8 passes instead of 4 passes."
    assert "--set full.epochs=8" in done(STEEP)
    assert "--within" in done(replace(STEEP, ended="deadline"))
