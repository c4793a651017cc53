"""A run as one calm picture on a terminal, drawn anew a few times a second."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from rich.console import Group
from rich.live import Live as Picture
from rich.segment import Segments

from headstart.flow.adapting.watching.board import Board
from headstart.flow.adapting.watching.events import Concluded, Note
from headstart.flow.adapting.watching.look import Screen, foot, race

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console, RenderableType

    from headstart.flow.adapting.watching.board import Row
    from headstart.flow.adapting.watching.events import Event

# A picture takes some milliseconds of one core, which are taken from the run.
PICTURES_A_SECOND = 4


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """A table as it was drawn, and what it was drawn from."""

    rows: Mapping[str, Row]
    seen: tuple[object, ...]
    segments: Segments


@dataclass(kw_only=True)
class Live:
    """Draws the board beside the run; events only change what the next picture will show.

    The last picture stays on the screen without what was at work, and the cursor comes back, however
    the run ends.

    Args:
        console: a terminal.
        spent_s: tells the active seconds so far.
        left_s: tells the seconds left.
    """

    name: ClassVar[str] = "the terminal"
    console: Console
    spent_s: Callable[[], float]
    left_s: Callable[[], float]
    _board: Board = field(default_factory=Board)
    _picture: Picture | None = None
    _over: bool = False
    _drawn: _Drawn | None = None

    def tell(self, event: Event) -> None:
        if isinstance(event, Note):
            self.console.print(event.text, markup=False, soft_wrap=True)
            return
        self._board = self._board.after(event, now_s=time.monotonic())
        if self._picture is None and not self._over and not isinstance(event, Concluded):
            self._picture = Picture(
                console=self.console, get_renderable=self._look, refresh_per_second=PICTURES_A_SECOND
            )
            self._picture.start()

    def close(self) -> None:
        self._over = True
        picture, self._picture = self._picture, None
        if picture is not None:
            picture.stop()

    def _look(self) -> RenderableType:
        width, height = self.console.size
        screen = Screen(
            width=width,
            height=height,
            spent_s=self.spent_s(),
            left_s=self.left_s(),
            now_s=time.monotonic(),
            plain=not self.console.encoding.startswith("utf"),
            over=self._over,
        )
        board = self._board
        return Group(self._table(board, screen), foot(board, screen))

    def _table(self, board: Board, screen: Screen) -> Segments:
        """The table as it was drawn, until a row changes: it takes most of the time of a picture."""
        seen = (board.leader, screen.width, screen.height)
        drawn = self._drawn
        if drawn is None or drawn.rows is not board.rows or drawn.seen != seen:
            segments = Segments(list(self.console.render(race(board, screen))))
            self._drawn = drawn = _Drawn(rows=board.rows, seen=seen, segments=segments)
        return drawn.segments
