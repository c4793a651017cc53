"""A task that is answered with texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from headstart.core.task import Task

if TYPE_CHECKING:
    from headstart.core.rows import Rows


class TextTask(Task, Protocol):
    """A task with the answer `text`, whose gold is `References` a row.

    Attributes:
        writes_with: kinds of base that can write its answers (`core.base.BaseInfo.kind`).
    """

    writes_with: ClassVar[tuple[str, ...]]

    def sources(self, rows: Rows) -> list[str]:
        """What a base is given to read of each row."""
        ...
