"""What the log tells of each fit, and how those read it who watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.portion import Portion
from headstart.flow.following.line import line
from tests.flow.racing import candidate, session_in

if TYPE_CHECKING:
    from pathlib import Path


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
