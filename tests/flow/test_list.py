"""What there is to choose from, as people see it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from headstart import registry
from headstart.core.knob import Knob
from headstart.flow.list import Listed, Listing, list

if TYPE_CHECKING:
    from collections.abc import Iterator


def shown(listing: Listing) -> str:
    """The listing on a wide terminal."""
    written = io.StringIO()
    listing.render(Console(file=written, width=400))
    return written.getvalue()


def lines_of(text: str) -> Iterator[tuple[str, str]]:
    """The plug-in that each line of a parameter belongs to, and the line."""
    owner = ""
    for line in text.splitlines():
        if line.startswith(" "):
            yield owner, line
        else:
            owner = line.partition(" ")[0]


def test_every_strategy_stands_there_with_its_parameters_ranges_and_help() -> None:
    listing = list("strategies")
    assert [each.name for each in listing.plugins] == [*registry.names("strategies")]
    lines = {(owner, line.split()[0]): " ".join(line.split()) for owner, line in lines_of(shown(listing))}
    for each in listing.plugins:
        assert each.summary
        for knob in each.knobs:
            line = lines[each.name, knob.name]
            assert knob.help in line
            assert str(knob.default) in line
            if knob.choices:
                assert " | ".join(map(str, knob.choices)) in line
            elif knob.low is not None and knob.high is not None:
                assert f"{knob.low:g} to {knob.high:g}" in line


def test_a_range_may_be_open_on_either_side() -> None:
    knobs = (
        Knob(name="rows", default=3, help="how many", low=1),
        Knob(name="rate", default=0.1, help="how fast", high=0.5),
        Knob(name="words", default="", help="in words"),
    )
    found = shown(Listing(kind="strategies", plugins=(Listed(name="a", summary="does it", knobs=knobs),)))
    rows, rate, words = (" ".join(line.split()) for _, line in lines_of(found))
    assert rows == "rows 3 1 or more how many"
    assert rate == "rate 0.1 any to 0.5 how fast"
    assert words == "words in words"
