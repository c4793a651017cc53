"""A task that answers for words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from headstart.core.task import Task

if TYPE_CHECKING:
    from headstart.core.rows import Rows


class WordTask(Task, Protocol):
    """A task with the answer `tags`, which knows where the words of a row stand."""

    @property
    def running(self) -> bool:
        """Whether texts are running ones, so that answers are stretches of characters."""
        ...

    def spans(self, rows: Rows) -> list[list[tuple[int, int]]]:
        """Where the words of each row start and end in its text."""
        ...
