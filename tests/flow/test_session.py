"""What a session makes of what its fits leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.flow.adapting.handover import write_rows
from tests.flow.racing import Drawing, candidate, session_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.race.worker import Finished


def test_a_measurement_on_the_sealed_rows_that_is_torn_is_made_again(tmp_path: Path):
    session = session_in(tmp_path)
    write_rows(session.dataset.test, session.folder.work / "test.parquet")
    trial = session.fit(candidate("probe"), reserve_s=0.0)
    path = session.folder.trials / trial.key / "test.json"
    path.write_text('{"row_ms": 1.')
    session.test([trial], reserve_s=0.0)
    assert session.worker.asked[-1] == "test"  # type: ignore[attr-defined]
    path.write_text('{"row_ms": 1.0}')
    session.test([trial], reserve_s=0.0)
    assert session.worker.asked.count("test") == 1  # type: ignore[attr-defined]
    assert session.tested(trial) == {"row_ms": 1.0}


class OnDevice(Drawing):
    """Its fits say how much of an accelerator's memory they held."""

    def run(self, job: str, request: Mapping[str, Any], **settings: Any) -> Finished:
        end = super().run(job, request, **settings)
        path = Path(request["folder"]) / "outcome.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"device_bytes": 7_000}))
        return end


def test_on_an_accelerator_its_memory_is_what_a_fit_took(tmp_path: Path):
    session = session_in(tmp_path / "host")
    trial = session.fit(candidate("probe"), reserve_s=0.0)
    assert trial.cost is not None
    assert trial.cost.peak_bytes == 5
    session = session_in(tmp_path / "device")
    session.worker = OnDevice(clock=session.clock, split=session.dataset.split)  # type: ignore[assignment]
    trial = session.fit(candidate("probe"), reserve_s=0.0)
    assert trial.cost is not None
    assert trial.cost.peak_bytes == 7_000
    # A process that goes on knows it from the log.
    again = session_in(tmp_path / "device").fit(candidate("probe"), reserve_s=0.0)
    assert again.cost == trial.cost
