"""Which runs have consulted a test set: each look makes its next verdict a little less fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def note_look(folder: Path, *, rows_sha256: str, run: str) -> int:
    """Notes that a run consults a test set.

    Args:
        folder: where the ledger is kept, a file a test set.
        rows_sha256: hash of the test rows.
        run: name of the run that looks; a second look of the same run counts once.

    Returns:
        how many other runs have looked before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{rows_sha256[:32]}.txt"
    earlier = set(page.read_text(encoding="utf-8").splitlines()) if page.exists() else set()
    if run not in earlier:
        with page.open("a", encoding="utf-8") as file:
            file.write(run + "\n")
    return len(earlier - {run})
