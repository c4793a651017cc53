"""How a race looks on terminals of several widths."""

from __future__ import annotations

import io
import math
import re

import pytest
from rich.console import Console

from headstart.flow.adapting.watching.board import Board
from headstart.flow.adapting.watching.look import Screen, look
from headstart.flow.adapting.watching.selection import select
from tests.flow.watching.samples import after, candidate, fitted, race


def shown(
    board: Board, *, width: int = 80, height: int = 24, encoding: str = "utf-8", **how: object
) -> list[str]:
    """The picture as lines of plain text."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=file, width=width, height=height, force_terminal=True, color_system=None)
    times = {"spent_s": 42.0, "left_s": 78.0, "now_s": 200.0}
    console.print(look(board, Screen(width=width, height=height, **{**times, **how})))
    file.flush()
    text = file.buffer.getvalue().decode(encoding)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text).splitlines()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("count", [3, 40])
def test_it_fits_the_screen_and_says_what_matters(width, count):
    lines = shown(after(race(count)), width=width)
    assert max(map(len, lines)) <= width
    assert len(lines) < 24
    text = "\n".join(lines)
    for word in ("macro-F1", "★ ", "0.915", "contrastive 1" if count == 40 else "time", "1:18 left of 2:00"):
        assert word in text


def test_of_many_candidates_only_those_that_matter_have_a_row():
    board = after(race(40))
    chosen = select(board, most=14)
    rows = (*chosen.standing, *chosen.waiting, *chosen.out, *chosen.baselines)
    assert len(rows) <= 14
    assert board.ahead == chosen.standing[0]
    assert any(row.state == "runs" for row in chosen.standing)
    assert [row.candidate.name for row in chosen.baselines] == ["tfidf", "majority"]
    assert chosen.waiting
    assert chosen.out
    assert sum(count for _, count in chosen.hidden) + len(rows) == len(board.rows)
    assert re.search(r"and \d+ more: .*\d+ waiting", "\n".join(shown(board)))


@pytest.mark.parametrize("most", range(4, 45))
def test_a_selection_keeps_to_its_room_and_loses_nobody(most):
    board = after(race(40))
    chosen = select(board, most=most)
    rows = [*chosen.standing, *chosen.waiting, *chosen.out, *chosen.baselines]
    assert len(rows) <= max(4, most)
    assert len({id(row) for row in rows}) == len(rows)
    assert len(rows) + sum(count for _, count in chosen.hidden) == len(board.rows)


def test_who_was_dropped_or_failed_says_why_on_one_line():
    text = "\n".join(shown(after(race(40)), width=120))
    assert "dropped: its interval lies below the leader's" in text
    assert "failed: CUDA out of memory see stderr" in text


def test_candidates_of_one_strategy_are_told_apart():
    pair = [candidate("lora", rank=4), candidate("lora", rank=8)]
    told = [event for each in pair for event in fitted(each)]
    text = "\n".join(shown(after(told), width=120))
    assert re.search(r"lora 1 .*rank 4", text)
    assert re.search(r"lora 2 .*rank 8", text)


def test_without_rungs_there_is_no_column_for_them():
    assert "rung" not in "\n".join(shown(after(fitted(candidate()))))


def test_without_a_deadline_no_time_is_left():
    text = "\n".join(shown(after(race(8)), left_s=math.inf))
    assert "0:42 spent, no deadline" in text


def test_a_deadline_that_has_passed_is_not_below_nought():
    assert "0:00 left of 0:42" in "\n".join(shown(after(race(8)), left_s=-3.0))


def test_when_all_is_over_only_the_table_stays():
    text = "\n".join(shown(after(race(8)), over=True))
    assert "left of" not in text
    assert "expected" in text


def test_a_terminal_without_unicode_gets_none():
    assert shown(after(race(40)), encoding="ascii", plain=True)


def test_before_the_plan_there_is_just_the_time():
    assert len(shown(Board())) <= 3
