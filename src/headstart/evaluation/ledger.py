"""Which runs have consulted a test set: each look makes its next verdict a little less fresh."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def note_look(folder: Path, *, rows_sha256: str, run: str) -> int:
    """Notes that a run consults a test set; a ledger that can't be kept is no reason to end a run.

    Args:
        folder: where the ledger is kept, a file a test set.
        rows_sha256: hash of the test rows.
        run: name of the run that looks; a second look of the same run counts once.

    Returns:
        how many other runs have looked before, as far as that can be read.
    """
    page, earlier = folder / f"{rows_sha256[:32]}.txt", set[str]()
    with suppress(OSError):
        # Paths need not be text; this is how the system spells those that are none.
        written = page.read_text(encoding="utf-8", errors="surrogateescape")
        earlier = {each for each in written.split("\n") if each}
    if run not in earlier:
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with page.open("a", encoding="utf-8", errors="surrogateescape") as file:
                file.write(run + "\n")
    return len(earlier - {run})
