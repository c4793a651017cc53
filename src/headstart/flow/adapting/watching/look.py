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
from headstart.flow.adapting.watching.events import title
from headstart.flow.adapting.watching.labels import labels, settings
from headstart.flow.adapting.watching.selection import select
from headstart.wording import metric_label, score

if TYPE_CHECKING:
    from rich.console import OverflowMethod, RenderableType

    from headstart.flow.adapting.watching.board import Board, Row, Work
    from headstart.flow.adapting.watching.selection import Selection

# Lines of the screen that are not rows: head, what is hidden, what is at work, time, and air.
AROUND, FEWEST_ROWS, MOST_ROWS = 9, 4, 18
NAME, WIDE, NARROW = 24, 110, 72
MORE, LESS = 12, -10
DOTS = 6
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
    return Group(race(board, screen), foot(board, screen))


def race(board: Board, screen: Screen) -> RenderableType:
    """Every candidate that matters; changes with the board's rows only, and not as time goes by."""
    if not board.rows:
        return Group()
    room = min(MOST_ROWS, max(FEWEST_ROWS, screen.height - AROUND))
    chosen = select(board, most=room)
    hidden = [Padding(_hidden(chosen), (0, 0, 0, 4))] if chosen.hidden else []
    return Group(_table(board, chosen, screen), *hidden)


def foot(board: Board, screen: Screen) -> RenderableType:
    """What is at work and the time, as long as there is anything to wait for."""
    if screen.over:
        return Group()
    return Padding(_bars(board, screen), (1 if board.rows else 0, 0, 0, 2))


def _table(board: Board, chosen: Selection, screen: Screen) -> Table:
    scored = "score" if not board.metric else metric_label(board.metric)
    climbed = any(row.rung is not None for row in board.rows.values())
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, expand=True, header_style="dim")
    table.add_column("", width=3, justify="right")
    table.add_column("candidate", no_wrap=True, max_width=_name_width(screen), overflow=_overflow(screen))
    if climbed:
        table.add_column("rung", no_wrap=True)
    table.add_column(scored, justify="right", no_wrap=True, min_width=5)
    table.add_column("expected", justify="right", no_wrap=True)
    table.add_column("took", justify="right", no_wrap=True, min_width=6)
    table.add_column("", no_wrap=True, ratio=1, overflow=_overflow(screen))
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
        Text(label, style=style),
        Text(_rung(board, row, plain=screen.plain), style=style),
        Text("" if row.score is None else score(row.score, board.metric), style=style),
        Text("" if row.candidate.blocked else _seconds(expected_s), style="dim"),
        Text(_seconds(row.actual_s) if row.fits else "", style=style),
        _remark(row, said=said, ahead=ahead),
    )


def _rung(board: Board, row: Row, *, plain: bool) -> str:
    """`●●○` for the second rung of three."""
    if row.rung is None:
        return ""
    if board.rungs is None or plain or board.rungs > DOTS:
        return f"{row.rung}/{board.rungs}" if board.rungs else f"{row.rung}"
    return "●" * row.rung + "○" * (board.rungs - row.rung)


def _overflow(screen: Screen) -> OverflowMethod:
    return "crop" if screen.plain else "ellipsis"


def _name_width(screen: Screen) -> int:
    return NAME + (MORE if screen.width >= WIDE else LESS if screen.width < NARROW else 0)


def _remark(row: Row, *, said: str, ahead: bool) -> Text:
    if row.state in (DROPPED, FAILED):
        colour = "red" if row.state == FAILED else "dim"
        return Text(f"{row.state}: {row.why}".replace("\n", " "), style=colour)
    if row.state in (STOPPED, SKIPPED):
        word = "stopped" if row.state == STOPPED else "left out"
        return Text(f"{word}: {row.why}".replace("\n", " "), style="dim")
    word = "baseline" if row.baseline else said or ("ahead" if ahead else "")
    return Text(word, style="green" if ahead else "dim")


def _hidden(chosen: Selection) -> Text:
    count = sum(amount for _, amount in chosen.hidden)
    return Text(
        f"and {count} more: " + ", ".join(f"{amount} {word}" for word, amount in chosen.hidden), style="dim"
    )


def _bars(board: Board, screen: Screen) -> Table:
    """What is at work with its bar, and the time with its own."""
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(no_wrap=True, width=_name_width(screen) + 6, overflow=_overflow(screen))
    grid.add_column(width=_name_width(screen) - 6)
    grid.add_column(no_wrap=True, ratio=1, overflow=_overflow(screen))
    work = board.work
    if work is None:
        grid.add_row(Text("between two steps", style="dim"), Text(""), Text(""))
    else:
        spent_s = screen.now_s - work.since_s
        of = f" of {_seconds(work.started.predicted_s)}" if work.started.predicted_s else ""
        grid.add_row(
            Text(_title(board, work), style="cyan"),
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


def _title(board: Board, work: Work) -> str:
    """A fit of the race goes by the name that its row has."""
    started = work.started
    if started.candidate is None or key(started.candidate) not in board.rows:
        return started.title
    name = labels(row.candidate for row in board.rows.values())[key(started.candidate)]
    return title("", name, rung=started.rung, fold=started.fold).removeprefix(": ")


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
