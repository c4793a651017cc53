"""What a person sees of a run while it is at work, on standard error."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.console import Console

from headstart.errors import OutOfTime
from headstart.flow.adapting.watching.events import Finished, Note, Progressed, Started, title
from headstart.flow.adapting.watching.lines import Lines
from headstart.flow.adapting.watching.live import Live
from headstart.flow.adapting.watching.watchers import Watchers
from headstart.wording import fit_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headstart.core.context import Progress as Report
    from headstart.core.plan import Candidate
    from headstart.flow.adapting.watching.events import Event
    from headstart.flow.adapting.watching.watcher import Watcher


@dataclass(kw_only=True)
class Display:
    """Tells those who watch a run what happens in it.

    Args:
        watchers: a moving picture on a terminal or plain lines elsewhere, and whoever else watches.
    """

    watchers: Watchers

    @classmethod
    def on_stderr(
        cls,
        left_s: Callable[[], float],
        *,
        spent_s: Callable[[], float] | None = None,
        others: tuple[Watcher, ...] = (),
        quiet: bool = False,
    ) -> Display:
        """A display for the command line.

        Args:
            left_s: tells the seconds left.
            spent_s: tells the active seconds so far; from now on without it.
            others: who watches beside the person.
            quiet: show nothing.
        """
        console = Console(stderr=True, quiet=quiet, highlight=False)
        began_s = time.monotonic()
        spent_s = spent_s or (lambda: time.monotonic() - began_s)
        moving = console.is_terminal and not (console.is_dumb_terminal or console.is_jupyter or quiet)
        first = Live(console=console, spent_s=spent_s, left_s=left_s) if moving else Lines(console=console)
        return cls(watchers=Watchers(watchers=[first, *others]))

    def tell(self, event: Event) -> None:
        """Something has happened."""
        self.watchers.tell(event)

    def say(self, line: str) -> None:
        """One line that stays."""
        self.tell(Note(text=line))

    @contextlib.contextmanager
    def step(self, name: str, predicted_s: float) -> Iterator[Report]:
        """A step that is no fit; yields where to tell its progress.

        Raises:
            OutOfTime: the step did; it is told that time was up.
        """
        began_s = time.monotonic()

        def over(*, in_time: bool) -> None:
            seconds = time.monotonic() - began_s
            self.tell(Finished(title=name, seconds=seconds, predicted_s=predicted_s, in_time=in_time))

        self.tell(Started(title=name, predicted_s=predicted_s))
        try:
            yield self.progress
        except OutOfTime:
            over(in_time=False)
            raise
        over(in_time=True)

    def begin(
        self,
        candidate: Candidate,
        *,
        role: str,
        rung: int | None = None,
        fold: int | None = None,
        rungs: int | None = None,
    ) -> Report:
        """A fit begins; whoever makes it tells `Ended` when it is over.

        Args:
            candidate: what is fitted.
            role: on which rows, see `Trial`.
            rung: number of the rung, from 1.
            fold: number of the fold, from 1.
            rungs: rungs of the race.

        Returns:
            where to tell its progress.
        """
        started = Started(
            title=title(role, fit_label(candidate), rung=rung, fold=fold),
            predicted_s=candidate.cost.seconds,
            candidate=candidate,
            role=role,
        )
        self.tell(replace(started, rung=rung, fold=fold, rungs=rungs))
        return self.progress

    def progress(self, fraction: float, note: str = "") -> None:
        """What was begun has come so far."""
        self.tell(Progressed(fraction=fraction, note=note))

    def close(self) -> None:
        """The run is over, however it ended: the terminal is as it was, and what is kept is written."""
        self.watchers.close()
