"""The columns in which a table states a task."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Stated:
    """Columns of a table as it was read, before they are cleaned.

    Args:
        target: columns that hold the answer, in order.
        text: columns that hold the text where only these will do; empty where any text will.
        sure: whether they can mean nothing else, whatever other columns the table has.
    """

    target: tuple[str, ...]
    text: tuple[str, ...] = ()
    sure: bool = False

    @property
    def column(self) -> str:
        """Name of the one column that holds the answer once it is read."""
        return "+".join(self.target)
