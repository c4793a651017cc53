"""How many threads the work of a run may use."""

from __future__ import annotations

import pytest

from headstart.flow.adapting.threads import cores, threads


@pytest.mark.parametrize(("named", "wanted"), [("1", 1), ("1,2", 1), (" 1 ", 1)])
def test_whoever_runs_it_may_ask_for_fewer(named, wanted, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", named)
    assert threads() == wanted


@pytest.mark.parametrize("named", ["", "0", "-1", "many", "99999"])
def test_otherwise_every_core_has_one(named, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", named)
    assert threads() == cores()
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert threads() == cores()
