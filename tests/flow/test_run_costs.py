"""What it costs to run a model, however long it seemed to take when it was measured in passing."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from headstart.core.plan import Candidate, Cost, Step
from headstart.core.portion import Portion
from headstart.core.trial import Trial
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.evidence import Evidence

OUTCOMES: dict[str, dict[str, Any]] = {}


def entrant(name: str, **outcome: Any) -> Entrant:
    candidate = Candidate(base="embedded", steps=(Step(use=name),), cost=Cost(seconds=1.0, peak_bytes=1.0))
    trial = Trial(key=name, candidate=candidate, role="trial", status="done", portion=Portion())
    OUTCOMES[name] = {"footprint": {"bytes": 1, "row_ms": outcome["row_ms"]}, "runs": outcome.get("runs")}
    return Entrant(candidate=candidate, trials=(trial,))


def costs(*entrants: Entrant) -> list[float]:
    session: Any = SimpleNamespace(outcome=lambda trial: OUTCOMES[trial.key])
    return Evidence(session=session).run_costs(entrants)


def test_what_one_of_them_took_counts_for_all():
    slow, quick = entrant("slow", row_ms=14.6, runs="base"), entrant("quick", row_ms=6.3, runs="base")
    usual, words = entrant("usual", row_ms=10.0, runs="base"), entrant("words", row_ms=0.3)
    assert costs(slow, words, quick, usual) == [10.0, 0.3, 10.0, 10.0]


def test_a_combination_takes_what_its_members_do_unless_it_is_one_network():
    one, other = entrant("one", row_ms=8.0, runs="base"), entrant("other", row_ms=12.0, runs="base")
    words = entrant("words", row_ms=0.5)
    ensemble = replace(entrant("ensemble", row_ms=3.0), members=(one, other, words))
    soup = replace(entrant("soup", row_ms=99.0, runs="base"), members=(one, other))
    assert costs(one, ensemble) == [10.0, 20.5]
    assert costs(one, soup) == [12.0, 12.0]
