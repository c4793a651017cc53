"""A run that is killed while it puts away what it needed is done, and its next process ends the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import headstart
from headstart.race.folder import RunFolder
from tests.contracts.small_data import small_rows

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
