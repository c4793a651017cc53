"""How a board looks on a terminal of a given width."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from headstart.flow.adapting.watching.board import DONE, DROPPED, FAILED, RUNS, SKIPPED, STOPPED, key
from headstart.flow.adapting.watching.labels import labels, settings
from headstart.flow.adapting.watching.selection import select
from headstart.wording import metric_label, number

if TYPE_CHECKING:
    from rich.console import RenderableType

    from headstart.flow.adapting.watching.board import Board, Row
    from headstart.flow.adapting.watching.selection import Selection

# Lines of the screen that are not rows: head, what is hidden, what is at work, time, and air.
AROUND, FEWEST_ROWS, MOST_ROWS = 9, 4, 18
LABEL, WIDE = 24, 110
MARKS = {RUNS: ("▸", "cyan"), DROPPED: ("·", "dim"), SKIPPED: ("·", "dim")}
MARKS |= {FAILED: ("✗", "red"), STOPPED: ("✗", "yellow")}
PLAIN = {"▸": ">", "·": "-", "✗": "x", "★": "*"}


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What there is to draw on, and the time.

    Args:
        width: columns.
        height: lines.
        spent_s: active seconds of the run so far.
        left_s: seconds left, infinite without a deadline.
        now_s: reading of the monotonic clock.
        plain: whether only ASCII can be shown.
        over: whether nothing more will happen.
    """

    width: int
    height: int
    spent_s: float
    left_s: float
    now_s: float
    plain: bool = False
    over: bool = False


def look(board: Board, screen: Screen) -> RenderableType:
    """The board as a table, and under it what is at work and the time."""
    parts: list[RenderableType] = []
    if board.rows:
        room = min(MOST_ROWS, max(FEWEST_ROWS, screen.height - AROUND))
        chosen = select(board, most=room)
        parts.append(_table(board, chosen, screen))
        if chosen.hidden:
            parts.append(Padding(_hidden(chosen), (0, 0, 0, 4)))
    if not screen.over:
        parts.append(Padding(_foot(board, screen), (1 if board.rows else 0, 0, 0, 2)))
    return Group(*parts)


def _table(board: Board, chosen: Selection, screen: Screen) -> Table:
    scored = "score" if not board.metric else metric_label(board.metric)
    climbed = any(row.rung is not None for row in board.rows.values())
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, expand=True, header_style="dim")
    table.add_column("", width=3, justify="right")
    table.add_column("candidate", no_wrap=True, max_width=LABEL + (14 if screen.width >= WIDE else 0))
    if climbed:
        table.add_column("rung", no_wrap=True)
    table.add_column(scored, justify="right", no_wrap=True, min_width=5)
    table.add_column("expected", justify="right", no_wrap=True)
    table.add_column("took", justify="right", no_wrap=True, min_width=6)
    table.add_column("", no_wrap=True, ratio=1, overflow="ellipsis")
    named = labels(row.candidate for row in board.rows.values())
    said = settings(row.candidate for row in board.rows.values())
    for row in (*chosen.standing, *chosen.waiting, *chosen.out, *chosen.baselines):
        name = key(row.candidate)
        cells = _line(board, row, label=named[name], said=said[name], screen=screen)
        table.add_row(*(cells if climbed else (*cells[:2], *cells[3:])))
    return table


def _line(board: Board, row: Row, *, label: str, said: str, screen: Screen) -> tuple[Text, ...]:
    ahead = row is board.ahead
    mark, colour = ("★", "green") if ahead else MARKS.get(row.state, (" ", ""))
    style = "bold green" if ahead else "cyan" if row.state == RUNS else ""
    if row.state in (DROPPED, SKIPPED) or (row.baseline and row.state == DONE):
        style = "dim"
    started = row.fits or row.state == RUNS
    expected_s = row.predicted_s if started else row.candidate.cost.seconds
    return (
        Text(PLAIN.get(mark, mark) if screen.plain else mark, style=colour),
        Text(label, style=style, overflow="ellipsis"),
        Text(_rung(board, row), style=style),
        Text("" if row.score is None else number(row.score), style=style),
        Text("" if row.candidate.blocked else _seconds(expected_s), style="dim"),
        Text(_seconds(_took_s(board, row, screen)) if started else "", style=style),
        _remark(row, said=said, ahead=ahead),
    )


def _rung(board: Board, row: Row) -> str:
    if row.rung is None:
        return ""
    folds = f", {len(row.scores)} folds" if len(row.scores) > 1 else ""
    return f"{row.rung} of {board.rungs}{folds}" if board.rungs else f"{row.rung}{folds}"


def _took_s(board: Board, row: Row, screen: Screen) -> float:
    at_work = row.state == RUNS and board.work is not None
    return row.actual_s + (screen.now_s - board.work.since_s if at_work and board.work else 0.0)


def _remark(row: Row, *, said: str, ahead: bool) -> Text:
    if row.state in (DROPPED, FAILED):
        colour = "red" if row.state == FAILED else "dim"
        return Text(f"{row.state}: {row.why}".replace("\n", " "), style=colour)
    if row.state in (STOPPED, SKIPPED):
        word = "stopped" if row.state == STOPPED else "left out"
        return Text(f"{word}: {row.why}".replace("\n", " "), style="dim")
    words = ["baseline" if row.baseline else "", "ahead" if ahead else "", said]
    return Text(", ".join(each for each in words if each), style="green" if ahead else "dim")


def _hidden(chosen: Selection) -> Text:
    count = sum(amount for _, amount in chosen.hidden)
    return Text(
        f"and {count} more: " + ", ".join(f"{amount} {word}" for word, amount in chosen.hidden), style="dim"
    )


def _foot(board: Board, screen: Screen) -> Table:
    """What is at work with its bar, and the time with its own."""
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(no_wrap=True, width=LABEL + (14 if screen.width >= WIDE else 0), overflow="ellipsis")
    grid.add_column(width=26)
    grid.add_column(no_wrap=True, ratio=1, overflow="ellipsis")
    work = board.work
    if work is None:
        grid.add_row(Text("between two steps", style="dim"), Text(""), Text(""))
    else:
        spent_s = screen.now_s - work.since_s
        of = f" of about {_seconds(work.started.predicted_s)}" if work.started.predicted_s else ""
        grid.add_row(
            Text(work.started.title, style="cyan", overflow="ellipsis"),
            _bar(work.fraction, colour="cyan"),
            Text(f"{_seconds(spent_s)}{of}" + (f", {work.note}" if work.note else ""), style="dim"),
        )
    if math.isinf(screen.left_s):
        grid.add_row(Text("time"), Text(""), Text(f"{_clock(screen.spent_s)} spent, no deadline"))
    else:
        within_s = screen.spent_s + max(0.0, screen.left_s)
        grid.add_row(
            Text("time"),
            _bar(screen.spent_s / max(within_s, 1e-9), colour="white"),
            Text(f"{_clock(screen.left_s)} left of {_clock(within_s)}"),
        )
    return grid


def _bar(fraction: float, *, colour: str) -> ProgressBar:
    shown = min(1.0, max(0.0, fraction))
    return ProgressBar(total=1.0, completed=shown, complete_style=colour, finished_style=colour)


def _seconds(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3:05`."""
    if seconds >= 99.5:
        return _clock(seconds)
    return f"{seconds:.0f} s" if seconds >= 9.95 else f"{seconds:.1f} s"


def _clock(seconds: float) -> str:
    """`0:42`, `12:05`, `1:02:03`."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
