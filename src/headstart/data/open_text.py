"""Text files whatever their encoding, gzipped or not."""

from __future__ import annotations

import codecs
import gzip
import io
import re
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1 << 20
_ASTRAY = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_text(path: Path, encoding: str) -> IO[str]:
    """The file as text; line ends are left as they stand."""
    return io.TextIOWrapper(_open(path), encoding=encoding, newline="")


def find_encoding(path: Path) -> str:
    """UTF-8, UTF-16 or UTF-32 by the mark at the head or by their pattern, else Windows' Latin-1.

    Raises:
        DataError: the file is UTF-8 with broken places; the message gives the first.
    """
    with _open(path) as file:
        head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return _utf8_or_latin(path)


def _utf8_or_latin(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    valid = astray = line = 0
    first: int | None = None
    with _open(path) as file:
        while piece := file.read(_PIECE):
            text = decoder.decode(piece)
            if not text.isascii():
                wrong = len(_ASTRAY.findall(text))
                if wrong and first is None:
                    first = line + text.count("\n", 0, _first(text)) + 1
                astray += wrong
                valid += len(_BEYOND_ASCII.findall(text)) - wrong
            line += text.count("\n")
    astray += len(decoder.decode(b"", final=True))
    if not astray:
        return "utf-8"
    # In Latin-1 an accent next to an accent seldom reads as UTF-8; broken UTF-8 mostly does.
    if valid > astray:
        raise DataError(
            f"{path}: line {first or line + 1} is broken UTF-8; "
            "save the file as UTF-8 again, or mend that line"
        )
    return _latin(path)


def _latin(path: Path) -> str:
    # Windows-1252 leaves five bytes undefined; Latin-1 has them all.
    undefined = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
    with _open(path) as file:
        while piece := file.read(_PIECE):
            if any(byte in piece for byte in undefined):
                return "latin-1"
    return "cp1252"


def _first(text: str) -> int:
    match = _ASTRAY.search(text)
    return match.start() if match else 0


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path, "rb")) if zipped else path.open("rb")
