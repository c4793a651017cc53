"""A task that answers in conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from headstart.core.task import Task

if TYPE_CHECKING:
    from headstart.core.rows import Rows
    from headstart.core.turns import Turn


class DialogueTask(Task, Protocol):
    """A task with the answer `text`, whose rows are conversations.

    One whose rows have a worse answer too says what those are by `rejected(rows)`, like `dialogues`, and by
    `beta` how dear it is to move away from the base.
    """

    def prompts(self, rows: Rows) -> list[tuple[Turn, ...]]:
        """What is said in each row before the answer that is asked for.

        Raises:
            DataError: a cell holds no such conversation; the message names its row.
        """
        ...

    def dialogues(self, rows: Rows) -> list[tuple[Turn, ...]]:
        """The same followed by the true answer.

        Raises:
            DataError: a cell holds no such conversation; the message names its row.
        """
        ...
