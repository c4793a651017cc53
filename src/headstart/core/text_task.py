"""A task that is answered with texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from headstart.core.task import Task

if TYPE_CHECKING:
    from headstart.core.rows import Rows


class TextTask(Task, Protocol):
    """A task with the answer `text`, whose gold is `References` a row.

    Attributes:
        base_kinds: kinds of base that can write its answers (`core.base.BaseInfo.kind`).
    """

    base_kinds: ClassVar[tuple[str, ...]]

    def sources(self, rows: Rows) -> list[str]:
        """What a base is given to read of each row."""
        ...


def reads_to_write(task: Task) -> bool:
    """Whether a task gives a base one text to read and has it write another."""
    return hasattr(task, "sources")
