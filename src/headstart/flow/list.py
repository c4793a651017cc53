"""What there is to choose from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from headstart.core.knob import Knob


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One plug-in: its name, its line of help and its parameters."""

    name: str
    summary: str
    knobs: tuple[Knob, ...]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The plug-ins of one kind."""

    kind: str
    plugins: tuple[Listed, ...]

    def to_dict(self) -> dict[str, Any]:
        """The listing as plain values."""
        return asdict(self)

    def render(self, console: Console) -> None:
        """Shows each with its parameters."""
        from rich.table import Table
        from rich.text import Text

        for each in self.plugins:
            console.print(Text(each.name, style="bold"), Text(each.summary))
            table = Table.grid(padding=(0, 2))
            for knob in each.knobs:
                table.add_row(
                    f"    {knob.name}", str(knob.default), _range(knob), Text(knob.help, style="dim")
                )
            if each.knobs:
                console.print(table)


def list(kind: str = "strategies") -> Listing:
    """List strategies, tasks, metrics, predictors, searches or combinations with their parameters.

    Args:
        kind: What to list: strategies, tasks, metrics, predictors, search or combine.

    Returns:
        The plug-ins of that kind.

    Raises:
        UnknownName: there is no such kind.
    """
    from headstart import registry
    from headstart.errors import UnknownName

    if kind not in registry.KINDS:
        raise UnknownName("kind", kind, registry.KINDS)
    return Listing(kind=kind, plugins=tuple(_listed(kind, name) for name in registry.names(kind)))


def _listed(kind: str, name: str) -> Listed:
    from headstart import registry
    from headstart.core.knob import knobs

    plugin = registry.load(kind, name)
    line = getattr(plugin, "summary", None) or (plugin.__doc__ or "").partition("\n")[0]
    return Listed(name=name, summary=line, knobs=knobs(plugin))


def _range(knob: Knob) -> str:
    if knob.choices:
        return " | ".join(map(str, knob.choices))
    low = "" if knob.low is None else f"{knob.low:g}"
    return f"{low or 'any'} to {knob.high:g}" if knob.high is not None else f"{low} or more" if low else ""
