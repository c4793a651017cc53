"""Which rows of a long board are worth their place on a screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.flow.adapting.watching.board import DONE, DROPPED, FAILED, RUNS, SKIPPED, STOPPED, WAITS

if TYPE_CHECKING:
    from headstart.flow.adapting.watching.board import Board, Row

WORDS = {WAITS: "waiting", DONE: "done", DROPPED: "dropped", FAILED: "failed"}
WORDS |= {STOPPED: "out of time", SKIPPED: "left out", RUNS: "at work"}
# Of those that are out, as many as show that it goes on, where not all fit.
LATEST_OUT, NEXT_WAITING = 3, 2


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Rows in the order in which they are shown.

    Args:
        standing: adaptations in the race with a score, the best first, and those at work.
        waiting: adaptations that were not tried yet, the next first.
        out: adaptations that were dropped, have failed or were left out, the latest first.
        baselines: what must be beaten, the best first.
        hidden: words for the rows that are not shown, with their number.
    """

    standing: tuple[Row, ...]
    waiting: tuple[Row, ...]
    out: tuple[Row, ...]
    baselines: tuple[Row, ...]
    hidden: tuple[tuple[str, int], ...] = ()


def select(board: Board, *, most: int) -> Selection:
    """All rows where they fit; else those ahead and at work, the latest that are out and the next to come.

    Args:
        board: where the run stands.
        most: rows that there is room for, 4 at least.
    """
    whole = _sorted(board)
    baselines = whole.baselines[: max(1, most // 4)]
    room = max(4, most) - len(baselines)
    if len(whole.standing) + len(whole.waiting) + len(whole.out) <= room:
        return whole
    standing = _kept_standing(whole.standing, room=max(2, room - LATEST_OUT - NEXT_WAITING))
    waiting = whole.waiting[: min(NEXT_WAITING, max(0, room - len(standing)))]
    out = whole.out[: max(0, room - len(standing) - len(waiting))]
    waiting = whole.waiting[: max(0, room - len(standing) - len(out))]
    shown = {id(row) for row in (*standing, *waiting, *out, *baselines)}
    counts = Counter(
        WORDS[row.state]
        for row in (*whole.standing, *whole.waiting, *whole.out, *whole.baselines)
        if id(row) not in shown
    )
    return Selection(
        standing=standing,
        waiting=waiting,
        out=out,
        baselines=baselines,
        hidden=tuple(counts.most_common()),
    )


def _sorted(board: Board) -> Selection:
    rows = [row for row in board.rows.values() if not row.baseline]
    ranked = board.ranked
    out_states = (DROPPED, FAILED, STOPPED, SKIPPED)
    unscored = [row for row in rows if row.state in (RUNS, DONE) and row.score is None]
    leader = board.ahead
    standing = [row for row in ranked if not row.baseline and row.state not in out_states]
    if leader is not None and leader in standing:
        standing = [leader, *(row for row in standing if row is not leader)]
    baselines = [row for row in ranked if row.baseline]
    baselines += [row for row in board.rows.values() if row.baseline and row.score is None]
    return Selection(
        standing=(*standing, *unscored),
        waiting=tuple(row for row in rows if row.state == WAITS),
        out=tuple(sorted((r for r in rows if r.state in out_states), key=lambda row: -row.changed)),
        baselines=tuple(baselines),
    )


def _kept_standing(standing: tuple[Row, ...], *, room: int) -> tuple[Row, ...]:
    """The best, and those at work wherever they stand."""
    if len(standing) <= room:
        return standing
    at_work = [row for row in standing if row.state == RUNS]
    best = [row for row in standing if row.state != RUNS][: max(1, room - len(at_work))]
    return tuple(row for row in standing if row in best or row in at_work)
