"""Predictions with a bar on standard error."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from headstart.flow.predicting.answer import Tally, answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from headstart.core.model import Model
    from headstart.data.stream import Stream
    from headstart.flow.predicting.match import Match


def watched(
    model: Model, stream: Stream, *, match: Match, tally: Tally, top: int | None
) -> Iterator[pl.DataFrame]:
    """The answers of `answers`; a person at a terminal sees how far they are."""
    with _bar(stream.rows) as tell:
        yield from answers(model, stream, match=match, tally=tally, tell=tell, top=top)


@contextlib.contextmanager
def _bar(rows: int) -> Iterator[Callable[[int], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("predicting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("predicting", total=rows)
        yield lambda more: progress.advance(task, more)
