"""What a session makes of files that a kill left torn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.portion import Portion
from headstart.flow.following.line import line
from tests.flow.racing import candidate, session_in

if TYPE_CHECKING:
    from pathlib import Path


def test_a_measurement_on_the_sealed_rows_that_is_torn_is_made_again(tmp_path: Path):
    session = session_in(tmp_path)
    trial = session.fit(candidate("probe"), reserve_s=0.0)
    path = session.folder.trials / trial.key / "test.json"
    path.write_text('{"row_ms": 1.')
    session.test(trial, reserve_s=0.0)
    assert session.worker.asked[-1] == "test"  # type: ignore[attr-defined]
    path.write_text('{"row_ms": 1.0}')
    session.test(trial, reserve_s=0.0)
    assert session.worker.asked.count("test") == 1  # type: ignore[attr-defined]
    assert session.tested(trial) == {"row_ms": 1.0}


def test_the_log_tells_the_rung_and_the_fold_of_a_fit_and_so_does_who_watches(tmp_path: Path):
    session = session_in(tmp_path)
    session.rungs = 2
    for portion in (Portion(folds=5, share=0.25), Portion(folds=5), Portion(folds=5, fold=1)):
        session.fit(candidate("probe"), reserve_s=0.0, portion=portion)
    session.fit(candidate("probe"), reserve_s=0.0, role="refit")
    records = session.folder.records()
    assert [(each.get("rung"), each.get("fold")) for each in records] == [
        (1, None),
        (2, None),
        (2, 2),
        (None, None),
    ]
    assert "probe, rung 2, fold 2 " in str(line(records[2]))
