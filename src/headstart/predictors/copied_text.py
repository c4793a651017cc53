"""The text as it came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from headstart.core.predictions import Predictions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True)
class CopiedText:
    """What stands in one of the text columns of each row.

    Args:
        column: place of the column among those that are read.
    """

    column: int = 0

    def predict(self, rows: Rows) -> Predictions:
        """The text of each row."""
        return Predictions(texts=tuple(rows.frame[rows.columns.text[self.column]].to_list()))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Needs no file: the place is all there is."""
        return {"column": self.column}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` described."""
        return cls(column=int(config["column"]))
