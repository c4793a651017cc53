"""A run as it goes, seen from another terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import Console


@dataclass(frozen=True, kw_only=True)
class Watched:
    """The log of a run.

    Args:
        run: the run's folder.
        wait: whether to wait for what is still to come.
    """

    run: Path
    wait: bool = True

    def stream(self) -> Iterator[dict[str, Any]]:
        """One object for each fit as it ends, and last one with the key `end`; Ctrl-C ends it early."""
        from headstart.flow.following.follow import follow
        from headstart.race.folder import RunFolder

        try:
            yield from follow(RunFolder(root=self.run), wait=self.wait)
        except KeyboardInterrupt:
            return

    def to_dict(self) -> dict[str, Any]:
        """What there is at this moment: the records, and how the run stands."""
        from headstart.flow.following.follow import follow
        from headstart.race.folder import RunFolder

        *records, last = follow(RunFolder(root=self.run), wait=False)
        return {"records": records, **last}

    def render(self, console: Console) -> None:
        """Shows a line for each fit as it ends, and last how the run stands."""
        from headstart.flow.following.line import end_line, line

        for record in self.stream():
            console.print(end_line(record) if "end" in record else line(record))


def watch(run: Path, *, once: bool = False) -> Watched:
    """Follow the log of a run from another terminal.

    Args:
        run: Folder of the run, such as runs/tickets; it is only read.
        once: Show what there is and do not wait for more.

    Returns:
        The log, which is read when it is shown.

    Raises:
        RunError: the folder holds no run.
    """
    from headstart.errors import RunError

    if not (run / "run.json").is_file():
        raise RunError(
            f"{run} holds no run; name the folder that `headstart adapt` works in, such as runs/tickets"
        )
    return Watched(run=run, wait=not once)
