"""Cells of delimited text of any size."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a long of C holds on every system, Windows too.
_MOST_CHARACTERS = 2**31 - 1


@contextmanager
def cells_of_any_size() -> Iterator[None]:
    """Lifts the limit that Python's reader sets to a cell; cells are measured elsewhere instead.

    The module knows only one limit for the whole process, which is put back afterwards.
    """
    before = csv.field_size_limit(_MOST_CHARACTERS)
    try:
        yield
    finally:
        csv.field_size_limit(before)
