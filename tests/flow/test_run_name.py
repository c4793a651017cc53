"""A run is named after its file, with what every library can open."""

from __future__ import annotations

from pathlib import Path

import pytest

from headstart.flow.adapting.run import run_name


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("data/tickets.csv", "tickets"),
        (Path("naïve käse.v2.jsonl.gz"), "naïve käse"),
        (b"k\xf6ln.csv".decode("utf-8", "surrogateescape"), "k_ln"),
        ("two\nlines.csv", "two_lines"),
        (".csv", "adapted"),
        ({"text": []}, "adapted"),
    ],
)
def test_the_name_is_that_of_the_file(source: object, name: str) -> None:
    assert run_name(source) == name
