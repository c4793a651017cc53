"""What comes into the log of a run, as it comes, until the run is over."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart.race.folder import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.race.folder import RunFolder

PAUSE_S, LOOK_EVERY_S = 0.25, 1.0
FINISHED, RUNNING, INTERRUPTED = "finished", "running", "interrupted"


@dataclass(kw_only=True)
class Tail:
    """Reads on in a log where it stopped; a line counts once its end is there, and torn ones never."""

    folder: RunFolder
    _read: int = 0

    def fresh(self) -> list[dict[str, Any]]:
        """Records that have come since the last call."""
        try:
            with self.folder.log.open("rb") as file:
                if file.seek(0, 2) < self._read:  # another run has taken the place of this one
                    self._read = 0
                file.seek(self._read)
                told = file.read()
        except FileNotFoundError:
            return []
        whole = told[: told.rfind(b"\n") + 1]
        self._read += len(whole)
        return [record for line in whole.split(b"\n") if (record := _parsed(line)) is not None]


def follow(folder: RunFolder, *, wait: bool) -> Iterator[dict[str, Any]]:
    """The records of a run's log, and last of all an object with the key `end`.

    `end` is `finished`, with the verdict; `interrupted`, when no process works on the run and it has no
    result; or `running`, when it was not to be waited for.

    Args:
        folder: the run's folder.
        wait: whether to wait for what is still to come.
    """
    tail, looked_s = Tail(folder=folder), -LOOK_EVERY_S
    while True:
        # Asked before the log is read, so that nothing written before the end is missed.
        result = read_json(folder.result)
        over = False
        if result is None and (not wait or time.monotonic() - looked_s >= LOOK_EVERY_S):
            looked_s, over = time.monotonic(), not folder.busy()
        yield from tail.fresh()
        if result is not None:
            yield {"end": FINISHED, **{name: result.get(name) for name in ("verdict", "sentence", "report")}}
            return
        if over and read_json(folder.result) is None:
            yield {"end": INTERRUPTED}
            return
        if not wait:
            yield {"end": RUNNING}
            return
        time.sleep(PAUSE_S)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
