"""The columns in which a table states a task."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Stated:
    """Columns of a table as it was read, before they are cleaned.

    Args:
        target: columns that hold the answer, in order.
        text: columns that hold the text where only these will do; empty where any text will.
        sure: whether the names of the columns leave no doubt, whatever other columns there are.
        answer: name of the column that the answer is read into, where the target holds more than that.
    """

    target: tuple[str, ...]
    text: tuple[str, ...] = ()
    sure: bool = False
    answer: str | None = None

    @property
    def column(self) -> str:
        """Name of the one column that holds the answer once it is read."""
        return self.answer or "+".join(self.target)
