"""A run as plain lines, for files, pipes and simple terminals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart.flow.adapting.watching.events import Dropped, Ended, Finished, Note, title
from headstart.wording import fit_label

if TYPE_CHECKING:
    from rich.console import Console

    from headstart.flow.adapting.watching.events import Event


@dataclass(kw_only=True)
class Lines:
    """One line for each step that is over and for each note; nothing moves.

    Args:
        console: where to write.
    """

    name: ClassVar[str] = "the terminal"
    console: Console

    def tell(self, event: Event) -> None:
        for line in lines(event):
            self.console.print(line, markup=False, soft_wrap=True)

    def close(self) -> None:
        """There is nothing to close."""


def lines(event: Event) -> tuple[str, ...]:
    """What an event is worth telling in, if anything."""
    match event:
        case Note(text=text):
            return (text,)
        case Finished(title=name, seconds=seconds, predicted_s=predicted_s, in_time=in_time):
            took = f"{seconds:.1f} s" if in_time else f"out of time after {seconds:.1f} s"
            return (f"{name}  {took}{_expected(predicted_s)}",)
        case Dropped(candidate=candidate, why=why):
            return (f"dropped: {candidate.name}  {why}",)
        case Ended(earlier=False):
            return _ended(event)
        case _:
            return ()


def _ended(event: Ended) -> tuple[str, ...]:
    trial = event.trial
    name = title(trial.role, fit_label(trial.candidate), rung=event.rung, fold=event.fold)
    if trial.status == "skipped":
        return (f"{name}  left out: {trial.message}",)
    seconds = trial.cost.seconds if trial.cost else 0.0
    expected = _expected(trial.candidate.cost.seconds)
    if trial.status == "done":
        return (f"{name}  {seconds:.1f} s{expected}",)
    return (f"{name}  {trial.status} after {seconds:.1f} s{expected}: {trial.message}",)


def _expected(seconds: float) -> str:
    return f"  (expected {seconds:.1f} s)" if seconds else ""
