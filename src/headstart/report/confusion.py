"""Which classes are taken for which."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.core.diagnosis import Diagnosis

WRITTEN_OUT = 12
_PAIRS, _FEW = 12, 3


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Rows of one class that were given another.

    Args:
        true: label in the file.
        predicted: label given.
        rows: how many.
        share: of the rows of the true class, from 0 to 1.
    """

    true: str
    predicted: str
    rows: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of the matrix that is not empty.

    Args:
        row: index of the true class.
        column: index of the predicted class.
        rows: test rows in it.
        tint: strength of its colour, from 0 to 1: the share of the true class, by its root so that rare
            mistakes stay visible.
        right: whether it lies on the diagonal.
    """

    row: int
    column: int
    rows: int
    tint: float
    right: bool


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """The matrix and its heaviest cells off the diagonal.

    Args:
        names: the classes in order.
        cells: the cells that are not empty.
        pairs: most rows first.
        written_out: whether the classes are few enough for a table with figures.
    """

    names: tuple[str, ...]
    cells: tuple[Cell, ...]
    pairs: tuple[Pair, ...]
    written_out: bool

    def grid(self) -> list[list[Cell | None]]:
        """The cells by true and predicted class, None where empty."""
        size = len(self.names)
        table: list[list[Cell | None]] = [[None] * size for _ in range(size)]
        for cell in self.cells:
            table[cell.row][cell.column] = cell
        return table


def confusion(diagnosis: Diagnosis) -> Confusion:
    """The confusion matrix, ready to be drawn."""
    names = tuple(each.name for each in diagnosis.classes)
    totals = [max(1, sum(line)) for line in diagnosis.confusion]
    cells = tuple(
        Cell(
            row=row,
            column=column,
            rows=rows,
            tint=round(math.sqrt(rows / totals[row]), 3),
            right=row == column,
        )
        for row, line in enumerate(diagnosis.confusion)
        for column, rows in enumerate(line)
        if rows
    )
    wrong = sorted((cell for cell in cells if not cell.right), key=lambda cell: (-cell.rows, -cell.tint))
    if len(wrong) > _FEW and wrong[_FEW - 1].rows > 1:
        # Where some pairs recur, those that came up once tell nothing.
        wrong = [cell for cell in wrong if cell.rows > 1]
    pairs = tuple(
        Pair(
            true=names[cell.row],
            predicted=names[cell.column],
            rows=cell.rows,
            share=cell.rows / totals[cell.row],
        )
        for cell in wrong[:_PAIRS]
    )
    return Confusion(names=names, cells=cells, pairs=pairs, written_out=len(names) <= WRITTEN_OUT)
