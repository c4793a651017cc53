"""Files of kinds that hold no table that is read here, told by how they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.data.locate import KNOWN
from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

_FOREIGN = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow file",
    b"\x80\x04\x95": "a Python pickle",
    b"\x80\x05\x95": "a Python pickle",
}


def refuse_foreign(path: Path, first: bytes) -> None:
    """Makes sure that a file is none of the kinds that are often taken for a table.

    Args:
        path: the file.
        first: its first bytes, unpacked.

    Raises:
        DataError: it is one of them; the message says which.
    """
    for magic, kind in _FOREIGN.items():
        if first.startswith(magic):
            raise DataError(f"{path} is {kind}; it should be {KNOWN}: save or unpack it as one of them")
