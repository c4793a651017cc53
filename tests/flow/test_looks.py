"""Earlier runs that looked at the sealed rows are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.flow.adapting.prove import prove
from headstart.flow.adapting.race import race
from tests.flow.racing import plan, session_in

if TYPE_CHECKING:
    from pathlib import Path


def test_those_that_looked_at_some_of_them_are_counted_though_the_ledger_knows_none(tmp_path: Path):
    """As where a file grew, and its test rows with it."""
    session, planned = session_in(tmp_path / "run", right={"probe": 0.9}), plan("probe")
    raced = race(session, planned, planned.candidates[0], folds=5, proposing=None)
    found = prove(session, raced, margin=1.0, ledger=tmp_path / "looks", looked=2)
    assert found.evaluation.earlier_looks == 2
    assert any("2 earlier runs have looked" in note for note in found.verdict.notes)
