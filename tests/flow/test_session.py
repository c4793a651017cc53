"""What a session makes of files that a kill left torn."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
