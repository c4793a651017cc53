"""What `adapt` returns: the result as plain values, with the ways to look at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.wording import DASH, MB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from rich.table import Table

COLOURS = {"adapt": "green", "baseline": "yellow", "inconclusive": "cyan"}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A finished run.

    Args:
        values: the object that `result.json` holds.
    """

    values: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """`adapt`, `baseline` or `inconclusive`."""
        return str(self.values["verdict"])

    @property
    def bundle(self) -> Path:
        """Folder of what ships."""
        return Path(self.values["bundle"])

    @property
    def report(self) -> Path:
        """The report's file."""
        return Path(self.values["report"])

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values."""
        return dict(self.values)

    def render(self, console: Console) -> None:
        """Shows the verdict, the scores and where everything lies."""
        from rich.padding import Padding
        from rich.text import Text

        colour = COLOURS.get(self.verdict, "white")
        console.print()
        console.print(Text(str(self.values["sentence"]), style=f"bold {colour}"))
        console.print(Padding(self._scores(), (1, 0, 1, 2)))
        for note in (*self.values.get("selection", ()), *self.values.get("notes", ())):
            console.print(Text(f"  {note}", style="dim"))
        seconds = self.values["seconds"]
        limit = "" if seconds["deadline"] is None else f" of {seconds['deadline']:.0f}"
        console.print(f"  {seconds['actual']:.0f}{limit} s, {self.values['peak_bytes'] / MB:.0f} MB at most")
        console.print(Text(f"  bundle  {self.values['bundle']}"))
        console.print(Text(f"  report  {self.values['report']}"))

    def _scores(self) -> Table:
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("on sealed rows", no_wrap=True)
        leads = ("winner's lead",) if self.values["comparisons"] else ()
        for name in (str(self.values["metric"]), "95 % interval", *leads, "ms a row", "MB"):
            table.add_column(name.replace("_", "-"), justify="right", no_wrap=True)
        for name, score in self.values["scores"].items():
            table.add_row(*self._line(name, score))
        return table

    def _line(self, name: str, score: Mapping[str, float | None]) -> tuple[str, ...]:
        comparisons = self.values["comparisons"]
        leads = (_lead(comparisons.get(name)),) if comparisons else ()
        size = self.values.get("footprints", {}).get(name)
        label = f"winner, {'+'.join(self.values['winner']['strategies'])}" if name == "winner" else name
        return (
            label.replace("_", " "),
            _told(score["value"]),
            f"{_told(score['low'])} to {_told(score['high'])}",
            *leads,
            f"{size['row_ms']:.2f}" if size else "",
            f"{size['bytes'] / MB:.0f}" if size else "",
        )


def _lead(told: Mapping[str, float | None] | None) -> str:
    """A difference with its interval; nothing for what is compared with nothing."""
    if told is None:
        return ""
    return f"{_told(told['difference'], '+')} ({_told(told['low'], '+')} to {_told(told['high'], '+')})"


def _told(value: float | None, sign: str = "") -> str:
    """A figure, or a dash for null: an interval, say, where all test rows are of one group."""
    return DASH if value is None else f"{value:{sign}.3f}"
