"""A watcher that works in a thread of its own, so that a run never waits for it."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING

from headstart.flow.adapting.watching.events import Concluded, Ended, Planned

if TYPE_CHECKING:
    from collections.abc import Callable

    from headstart.flow.adapting.watching.events import Event
    from headstart.flow.adapting.watching.watcher import Watcher

KEPT = (Planned, Ended, Concluded)


class Late(Exception):
    """What was told could not be written in the time that there was."""


@dataclass(kw_only=True)
class Background:
    """Hands what is worth keeping to another watcher, which a thread makes and tells.

    Args:
        called: what a person calls the watcher.
        make: makes it; may import what takes long.
        patience_s: tells how long the end of the run may wait for it.
    """

    called: str
    make: Callable[[], Watcher]
    patience_s: Callable[[], float]
    _events: SimpleQueue[Event | None] = field(default_factory=SimpleQueue)
    _fault: Exception | None = None
    _thread: threading.Thread | None = None

    @property
    def name(self) -> str:
        """What a person calls the watcher."""
        return self.called

    def tell(self, event: Event) -> None:
        """Queues the event.

        Raises:
            Exception: what the watcher has failed of meanwhile.
        """
        if self._fault is not None:
            raise self._fault
        if not isinstance(event, KEPT):
            return
        self._events.put(event)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True, name=self.called)
            self._thread.start()

    def close(self) -> None:
        """Waits until all is written, no longer than there is time.

        Raises:
            Exception: what the watcher has failed of.
            Late: it is still at work.
        """
        if self._thread is None:
            return
        self._events.put(None)
        self._thread.join(self.patience_s())
        if self._fault is not None:
            raise self._fault
        if self._thread.is_alive():
            raise Late("it was still at work when the run was over; some of it may be missing")

    def _work(self) -> None:
        watcher: Watcher | None = None
        try:
            watcher = self.make()
            while (event := self._events.get()) is not None:
                watcher.tell(event)
            watcher.close()
        except Exception as error:  # noqa: BLE001 (told to the run by the next event)
            self._fault = error
            # What it has opened elsewhere should not seem to be at work for ever.
            with contextlib.suppress(Exception):
                if watcher is not None:
                    watcher.close()
