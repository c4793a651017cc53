"""Looks at a test set are counted, and never cost a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.evaluation.ledger import note_look

if TYPE_CHECKING:
    from pathlib import Path


def look(folder: Path, run: str, rows: str = "a" * 64) -> int:
    return note_look(folder, rows_sha256=rows, run=run)


def test_other_runs_count_once_and_one_s_own_not_at_all(tmp_path: Path) -> None:
    seen = [look(tmp_path / "looks", run) for run in ("first", "first", "second", "third", "first")]
    assert seen == [0, 0, 1, 2, 2]
    assert look(tmp_path / "looks", "first", rows="b" * 64) == 0


def test_a_place_that_can_not_be_written_ends_no_run(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert look(tmp_path / "cache" / "looks", "run") == 0


def test_names_of_folders_need_not_be_utf8(tmp_path: Path) -> None:
    odd = b"/home/k\xf6ln/run".decode("utf-8", "surrogateescape")
    assert [look(tmp_path, run) for run in (odd, "other", odd)] == [0, 1, 1]
