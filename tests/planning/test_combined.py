"""A combination is a candidate that names its members."""

from __future__ import annotations

import json

import pytest

from headstart import wording
from headstart.core.plan import Candidate, Cost, Step
from headstart.planning.combined import combined_candidate

COST = Cost(seconds=1.0, peak_bytes=1e9)


def candidate(name: str, base: str | None = None) -> Candidate:
    return Candidate(base=base, steps=(Step(use=name, params={"rate": 0.1}),), cost=COST)


@pytest.mark.parametrize(
    ("bases", "base"), [((None, "embedded"), "embedded"), (("embedded", "other"), None), ((None, None), None)]
)
def test_its_base_is_the_one_that_all_its_members_have(bases, base):
    members = [candidate("tfidf", bases[0]), candidate("full", bases[1])]
    found = combined_candidate({"use": "greedy_ensemble", "params": {}}, members, [0.25, 0.75], cost=COST)
    assert found.base == base
    assert found.name == "greedy_ensemble"
    assert found.cost == COST


def test_a_mean_of_fits_of_one_candidate_is_called_so():
    fits = [candidate("full", "embedded")] * 3
    mean = combined_candidate({"use": "soup", "params": {}}, fits, [1 / 3] * 3, cost=COST)
    assert wording.fit_label(mean) == wording.candidate_label(mean) == "mean of 3 fits of full"
    soup = combined_candidate(
        {"use": "soup", "params": {}}, [*fits[:1], candidate("partial", "embedded")], [0.5] * 2, cost=COST
    )
    assert wording.fit_label(soup) == "soup of 2 models"
    assert wording.fit_label(fits[0]) == "full"


def test_people_read_what_it_is_made_of():
    members = [candidate("tfidf"), candidate("full", "embedded"), candidate("full", "embedded")]
    found = combined_candidate({"use": "soup", "params": {}}, members, [0.5, 0.25, 0.25], cost=COST)
    assert wording.candidate_label(found) == "soup of 3 models"
    assert wording.members_of(found) == (
        ("tf-idf", 0.5),
        ("full on embedded", 0.25),
        ("full on embedded", 0.25),
    )
    assert wording.members_of(members[0]) == ()
    assert json.loads(json.dumps(found.to_dict()))["steps"][0]["params"]["members"][1]["weight"] == 0.25
