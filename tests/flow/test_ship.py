"""What a run leaves, also where it was killed while it put away what it needed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import headstart
from headstart.core.fitting import OVERFITTING
from headstart.core.plan import Cost
from headstart.flow.adapting import ship as shipping
from headstart.flow.adapting.entrant import Entrant
from headstart.planning.combined import combined_candidate
from headstart.race.folder import RunFolder
from tests.contracts.small_data import small_rows
from tests.evaluation.test_fitting import RISING
from tests.flow.racing import candidate, session_in
from tests.flow.test_grow import proof

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_that_is_killed_while_it_sweeps_keeps_its_result(
    tmp_path: Path, tiny_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {"target": "label", "base": (str(tiny_bert),), "strategy": ("probe",)}
    folder = RunFolder(root=tmp_path / "run")

    def killed(self: RunFolder) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "sweep", killed)
        with pytest.raises(KeyboardInterrupt):
            headstart.adapt(small_rows(120).frame, **told, search="none", out=folder.root)
    log = folder.log.read_text()
    assert folder.work.exists()
    again = headstart.adapt(small_rows(120).frame, **told, search="none", out=folder.root)
    assert folder.log.read_text() == log
    assert again.bundle.is_dir()
    assert not folder.work.exists()
    assert not list(folder.trials.glob("*/model"))


def test_how_the_largest_member_of_a_combination_was_trained_is_told(tmp_path: Path) -> None:
    session = session_in(tmp_path / "run")
    fits = {name: session.fit(candidate(name), reserve_s=0.0) for name in ("probe", "full")}
    left = session.folder.trials / fits["full"].key / "outcome.json"
    left.write_text(json.dumps({**json.loads(left.read_text()), "curve": RISING.to_dict()}))
    members = tuple(Entrant(candidate=candidate(name), trials=(trial,)) for name, trial in fits.items())
    mixed = combined_candidate(
        {"use": "greedy_ensemble", "params": {}},
        [each.candidate for each in members],
        [0.4, 0.6],
        cost=Cost(seconds=1.0, peak_bytes=1.0),
    )
    winner = replace(fits["full"], key="mixed", candidate=mixed)
    entrant = Entrant(candidate=mixed, trials=(winner,), members=members)
    found = shipping._fitting(session, entrant, proof(winner, None))
    assert found is not None
    assert (found.kind, found.of) == (OVERFITTING, "full")
    alone = shipping._fitting(session, members[1], proof(fits["full"], None))
    assert alone == replace(found, of="")
