"""What is said where not all that was fitted could be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.core.caps import Caps
from headstart.core.plan import Plan
from headstart.flow.adapting.prove import prove
from headstart.flow.adapting.race import race
from tests.flow.racing import COMPUTER, candidate, session_in

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.flow.adapting.prove import Proof

RIGHT = {"probe": 0.9, "tfidf": 0.6}


def proved(root: Path, **settings: Any) -> Proof:
    """A race of one adaptation against two baselines, and the sealed rows after it."""
    planned = Plan(
        baselines=(candidate("majority"), candidate("tfidf")),
        candidates=(candidate("probe"),),
        machine=COMPUTER,
        named=True,
    )
    session = session_in(root / "run", rows=1200, right=RIGHT, **settings)
    raced = race(session, planned, planned.candidates[0], folds=5, proposing=None)
    return prove(session, raced, margin=1.0, ledger=root / "looks")


def test_all_that_was_fitted_is_tested(tmp_path: Path):
    found = proved(tmp_path)
    assert found.verdict.outcome == "adapt"
    assert found.evaluation.not_measured == {}
    assert {each.role for each in found.refits} == {"refit"}


def test_a_winner_that_was_not_tested_is_not_called_one_that_did_not_run(tmp_path: Path):
    found = proved(tmp_path, untested=frozenset({"probe"}))
    assert found.verdict.outcome == "baseline"
    assert "tf-idf: probe was fitted and could not be tested" in found.verdict.sentence


def test_a_baseline_that_was_not_tested_has_a_reason(tmp_path: Path):
    found = proved(tmp_path, untested=frozenset({"tfidf"}))
    assert "could not be tested" in found.evaluation.not_measured["tfidf"]


def test_where_nothing_may_ship_the_sentence_says_so(tmp_path: Path):
    found = proved(tmp_path, caps=Caps(row_ms=0.5))
    assert "tf-idf: no adaptation that was fitted keeps what --max-latency" in found.verdict.sentence


def test_a_run_in_the_place_of_another_one_counts_its_look(tmp_path: Path):
    for looks in (0, 1):
        run = tmp_path / "run"
        run.mkdir(exist_ok=True)
        (run / "run.json").write_text(f'{{"seed": {looks}}}')
        assert proved(tmp_path).evaluation.earlier_looks == looks
