"""What `predict` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headstart.wording import on_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import polars as pl
    from rich.console import Console

_LISTED = 12


@dataclass(frozen=True, kw_only=True)
class Written:
    """Predictions that lie in a file.

    Args:
        bundle: folder of the model.
        data: file with the rows.
        out: file with the rows and their predictions.
        rows: rows in either.
        empty: rows without text, which were predicted all the same.
        labels: rows by label, or words by tag or stretches by kind, most frequent first.
        unlabelled: rows that got no label, the model being too unsure or there being none to give.
        seconds: time taken, without opening the model.
        numbers: mean and ends of the answers, where they are numbers.
        words: words of all answers, where they are texts.
        blank: rows for which nothing was produced, where answers are texts.
        answer: what a row is answered with, as kinds of task name it.
    """

    bundle: Path
    data: Path
    out: Path
    rows: int
    empty: int
    labels: Mapping[str, int]
    unlabelled: int
    seconds: float
    numbers: Mapping[str, float] = field(default_factory=dict)
    words: int = 0
    blank: int = 0
    answer: str = "class"

    def to_dict(self) -> dict[str, Any]:
        """The summary as plain values."""
        counted = ("rows", "empty", "unlabelled", "seconds", "words", "blank")
        plain = {name: getattr(self, name) for name in counted}
        paths = {name: str(getattr(self, name)) for name in ("bundle", "data", "out")}
        return {**paths, **plain, "labels": dict(self.labels), "numbers": dict(self.numbers)}

    def render(self, console: Console) -> None:
        """Shows how many rows got which label, and where they lie."""
        console.print(f"{self.rows:,} rows in {self.seconds:.1f} s -> {self.out}", markup=False)
        if self.numbers:
            said = ", ".join(f"{name} {value:.4g}" for name, value in self.numbers.items())
            console.print(f"  {said}", markup=False)
        if self.words:
            console.print(f"  {self.words / self.rows:.1f} words a row on average", markup=False)
        if self.blank:
            console.print(f"  {self.blank:>9,}  rows got an empty text")
        most = max(self.labels.values(), default=0)
        tagged = self.answer == "tags"
        whole = self.rows if most <= self.rows and not tagged else sum(self.labels.values())
        for label, rows in list(self.labels.items())[:_LISTED]:
            console.print(f"  {rows:>9,}  {100 * rows / whole:5.1f} %  {on_terminal(label)}", markup=False)
        if len(self.labels) > _LISTED:
            console.print(f"  and {len(self.labels) - _LISTED} more labels")
        if self.unlabelled:
            said = (
                "rows hold none of them" if tagged else "rows got no label: none was sure enough to be given"
            )
            console.print(f"  {self.unlabelled:>9,}  {said}")
        if self.empty:
            console.print(f"  {self.empty:>9,}  rows have no text; their predictions rest on nothing")


@dataclass(frozen=True, kw_only=True)
class Streamed:
    """Predictions made as they are asked for.

    Args:
        bundle: folder of the model.
        data: file with the rows.
        begin: starts from the first row.
    """

    bundle: Path
    data: Path
    begin: Callable[[], Iterator[pl.DataFrame]]

    def frame(self) -> pl.DataFrame:
        """All rows with their predictions, in memory."""
        import polars as pl

        return pl.concat(list(self.begin()))

    def to_dict(self) -> dict[str, Any]:
        """All rows with their predictions as plain values."""
        rows = [row for piece in self.begin() for row in piece.iter_rows(named=True)]
        return {"bundle": str(self.bundle), "data": str(self.data), "rows": len(rows), "predictions": rows}

    def render(self, console: Console) -> None:
        """Prints CSV, piece by piece."""
        from headstart.data.sink import delimited

        file = console.file
        for position, piece in enumerate(self.begin()):
            file.write(delimited(piece, header=position == 0))
        file.flush()
