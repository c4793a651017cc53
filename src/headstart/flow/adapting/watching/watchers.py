"""All who watch a run, as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart.flow.adapting.watching.events import Note

if TYPE_CHECKING:
    from headstart.flow.adapting.watching.events import Event
    from headstart.flow.adapting.watching.watcher import Watcher


@dataclass(kw_only=True)
class Watchers:
    """Passes events on; who fails is named once to the others, and then left out.

    Watching is no part of a run's work, so no fault of a watcher ends a run.

    Args:
        watchers: in the order in which they are told.
    """

    name: ClassVar[str] = "watchers"
    watchers: list[Watcher]

    def tell(self, event: Event) -> None:
        """Tells everyone who is left."""
        for each in tuple(self.watchers):
            try:
                each.tell(event)
            except Exception as error:  # noqa: BLE001 (whatever it is, the run goes on)
                self._leave_out(each, error)

    def close(self) -> None:
        """Closes everyone who is left, the last one first, so that its faults can still be told."""
        for each in reversed(tuple(self.watchers)):
            try:
                each.close()
            except Exception as error:  # noqa: BLE001 (whatever it is, the run has its result)
                self._leave_out(each, error)

    def _leave_out(self, watcher: Watcher, error: Exception) -> None:
        self.watchers = [each for each in self.watchers if each is not watcher]
        reason = str(error).partition("\n")[0] or type(error).__name__
        self.tell(Note(text=f"  note: nothing more is written to {watcher.name}: {reason}"))
