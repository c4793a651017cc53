"""One who watches a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from headstart.flow.adapting.watching.events import Event


class Watcher(Protocol):
    """Is told of every event in turn, from one thread."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    def tell(self, event: Event) -> None:
        """Takes note of an event; returns at once."""
        ...

    def close(self) -> None:
        """The run is over, however it ended; may be called twice."""
        ...
