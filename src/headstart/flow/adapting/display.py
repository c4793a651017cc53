"""What a person sees of a run while it is at work, on standard error."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headstart.core.context import Progress as Report

TROUGH = 30


@dataclass(kw_only=True)
class Display:
    """Bars on a terminal, plain lines elsewhere.

    Args:
        console: where to write.
        left_s: tells the seconds left.
    """

    console: Console
    left_s: Callable[[], float]

    @classmethod
    def on_stderr(cls, left_s: Callable[[], float], *, quiet: bool = False) -> Display:
        """A display for the command line."""
        return cls(console=Console(stderr=True, quiet=quiet, highlight=False), left_s=left_s)

    def say(self, line: str) -> None:
        """One line that stays."""
        self.console.print(line, markup=False, soft_wrap=True)

    @contextlib.contextmanager
    def step(self, name: str, predicted_s: float) -> Iterator[Report]:
        """A step with a bar; yields where to tell its progress."""
        started = time.monotonic()
        if not self.console.is_terminal:
            yield lambda fraction, note="": None
            self.say(f"{name}  {time.monotonic() - started:.1f} s{_expected(predicted_s)}")
            return
        with self._bars() as bars:
            bar = bars.add_task(name, total=1.0, note="", left=self._left())
            yield self._teller(bars, bar)
        self.say(f"  {name:<28} {time.monotonic() - started:6.1f} s{_expected(predicted_s)}")

    def _bars(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<26}", markup=False),
            BarColumn(bar_width=TROUGH),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}[/dim]"),
            TextColumn("[cyan]{task.fields[left]}[/cyan]"),
            console=self.console,
            transient=True,
        )

    def _teller(self, bars: Progress, bar: TaskID) -> Report:
        def tell(fraction: float, note: str = "") -> None:
            bars.update(bar, completed=fraction, note=note, left=self._left())

        return tell

    def _left(self) -> str:
        left = self.left_s()
        return "" if left == float("inf") else f"{_clock(left)} left"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes}:{rest:02d}"


def _expected(seconds: float) -> str:
    return f"  (expected {seconds:.1f} s)" if seconds else ""
