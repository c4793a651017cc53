"""Which of several was best on the dev rows."""

from __future__ import annotations

import math

import pytest

from headstart import registry
from headstart.core.plan import Cost
from headstart.core.trial import Trial
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.leading import leading
from tests.flow.racing import candidate


def entrant(name: str, score: float | None, *, seconds: float = 1.0, status: str = "done") -> Entrant:
    cost = Cost(seconds=seconds, peak_bytes=1.0)
    planned = candidate(name)
    trial = Trial(key=name, candidate=planned, role="trial", status=status, dev_score=score, cost=cost)
    return Entrant(candidate=planned, trials=(trial,))


def name_of(*entrants: Entrant, metric: str = "accuracy") -> str | None:
    found = leading(entrants, registry.build("metrics", metric, {}))
    return None if found is None else found.candidate.name


def test_the_best_leads_and_of_equals_the_cheaper_then_the_earlier():
    assert name_of(entrant("majority", 0.4), entrant("tfidf", 0.7)) == "tfidf"
    assert name_of(entrant("majority", 0.4), entrant("tfidf", 0.7), metric="log_loss") == "majority"
    assert name_of(entrant("tfidf", 0.7, seconds=2.0), entrant("majority", 0.7)) == "majority"
    assert name_of(entrant("tfidf", 0.7), entrant("majority", 0.7)) == "tfidf"


@pytest.mark.parametrize("metric", ["accuracy", "log_loss"])
@pytest.mark.parametrize("undefined", [math.nan, None])
def test_what_the_dev_rows_leave_undefined_is_below_all_else_and_still_a_baseline(metric, undefined):
    """There is something to hold a winner against all the same."""
    assert name_of(entrant("majority", undefined), entrant("tfidf", 0.1), metric=metric) == "tfidf"
    both = (entrant("tfidf", undefined, seconds=3.0), entrant("majority", undefined))
    assert name_of(*both, metric=metric) == "majority"


def test_what_did_not_run_to_its_end_leads_nobody():
    assert name_of(entrant("tfidf", None, status="skipped")) is None
    assert name_of() is None
