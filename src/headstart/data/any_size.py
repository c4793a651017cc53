"""Large cells of delimited text."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING

from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Far more than a cell may hold, so that its size can be told, and far less than memory does.
MOST_CHARACTERS = 1 << 26


@contextmanager
def cells_of_any_size(path: Path) -> Iterator[None]:
    """Lifts the limit that Python's reader sets to a cell; cells are measured elsewhere instead.

    The module knows only one limit for the whole process, which is put back afterwards.

    Args:
        path: the file, for messages.

    Raises:
        DataError: a cell goes on and on, as after a quotation mark that is never closed.
    """
    before = csv.field_size_limit(MOST_CHARACTERS)
    try:
        yield
    except csv.Error as error:
        raise DataError(
            f"{path} can't be parted into cells ({error}); look for a quotation mark that is never closed"
        ) from None
    finally:
        csv.field_size_limit(before)
