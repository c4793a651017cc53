"""A task that answers with passages of a corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from headstart.core.task import Task

if TYPE_CHECKING:
    from headstart.core.rows import Rows


def corpus_of(task: object) -> tuple[str, ...]:
    """The passages that a task ranks; none where it ranks nothing."""
    return tuple(getattr(task, "corpus", ()))


class CorpusTask(Task, Protocol):
    """A task with the answer `ranking`, which knows the corpus that is ranked."""

    @property
    def corpus(self) -> tuple[str, ...]:
        """All passages, each once, in an order that does not depend on the files'."""
        ...

    def knowing(self, rows: Rows) -> Self:
        """The same task with the passages of further rows in its corpus."""
        ...

    def positives(self, rows: Rows) -> list[list[str]]:
        """The right passages of each row."""
        ...
