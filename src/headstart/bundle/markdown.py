"""Pieces of Markdown that no text of a file can break."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def table(header: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    yield from (f"| {' | '.join(map(safe, row))} |" for row in rows)


def safe(text: str) -> str:
    """Names from data, kept from turning into markup."""
    flat = " ".join(text.split())
    for mark, shown in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("`", "\\`"), ("[", "\\[")):
        flat = flat.replace(mark, shown)
    return flat
