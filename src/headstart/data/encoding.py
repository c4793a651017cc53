"""Which encoding the bytes of a file are in, decided from all of them."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.data.opening import head, open_bytes
from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK_BYTES = 1 << 20
_ENOUGH = 1000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_MULTI = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# What Western text hardly has: the letters of 0xFE and 0xFF, a capital right after a small letter, and
# signs such as a per mille or a superscript that lead into a word.
_UNUSUAL = re.compile(
    rb"[\xfe\xff]|(?<=[a-z\xdf-\xfd])[\xc0-\xde]"
    rb"|[\x82\x83\x86-\x89\x8b\x98\x9b\xa2-\xa6\xa8\xaa\xac-\xaf\xb1-\xb3\xb6-\xb9\xbc-\xbe](?=[A-Za-z\x80-\xff])"
)
_NO_TEXT = {"Cc", "Co", "Cn", "Cs"}
_RUNS = re.compile(rb"[\xc0-\xff]{3,}")
_WORD = re.compile(rb"[^\s,;\t|\"]*[\x80-\xff][^\s,;\t|\"]*")


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """A codec's name, and what to tell of it when it is not UTF-8."""

    codec: str
    note: str = ""


def detect_encoding(path: Path) -> Encoding:
    """The encoding in which all bytes of a file make sense.

    Raises:
        DataError: NUL bytes, or bytes that no supported encoding explains; the message names the line.
    """
    first = head(path)
    for mark, codec, label in _MARKS:
        if first.startswith(mark):
            return Encoding(codec=codec, note="" if label == "UTF-8" else f"{path.name} is in {label}")
    if b"\0" in first and (guessed := _utf16_without_mark(first)):
        return Encoding(codec=guessed, note=f"{path.name} is in UTF-16 without a byte order mark")
    stray = _Stray(path)
    with open_bytes(path) as raw:
        while lines := raw.readlines(_CHUNK_BYTES):
            stray.look(lines)
    return stray.verdict()


def _utf16_without_mark(first: bytes) -> str | None:
    even, odd = first[0::2].count(0), first[1::2].count(0)
    codec = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) > 0.2 * len(first) and min(even, odd) < 0.05 * max(even, odd):
        return codec
    if _decodes(first.replace(b"\0", b""), "utf-8") is not None:
        return None
    return next(
        (each for each in ("utf-16-le", "utf-16-be") if _reads_like_lines(_decodes(first, each))), None
    )


def _reads_like_lines(text: str | None) -> bool:
    """Whether it has line ends and no control, private or unassigned character."""
    if text is None or not ("\n" in text or "\r" in text):
        return False
    return all(each in "\t\r\n" or unicodedata.category(each) not in _NO_TEXT for each in text)


def _decodes(content: bytes, codec: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)().decode(content)
    except UnicodeDecodeError:
        return None


class _Stray:
    """Bytes that are not UTF-8, gathered line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = self.multi = self.high = self.unusual = self.in_runs = 0
        self.undefined = False
        self.first_line, self.example = 0, b""

    def look(self, lines: list[bytes]) -> None:
        chunk = b"".join(lines)
        if b"\0" in chunk:
            number = self.lines + next(at for at, line in enumerate(lines, 1) if b"\0" in line)
            raise DataError(
                f"{self.path} holds NUL bytes (first in line {number}); text files have none: "
                f"export the file again, or remove them with: tr -d '\\000'"
            )
        if not chunk.isascii():
            self._look_closer(chunk, lines)
        self.lines += len(lines)

    def _look_closer(self, chunk: bytes, lines: list[bytes]) -> None:
        if self.multi < _ENOUGH:
            self.multi += sum(1 for _ in _MULTI.finditer(chunk))
        if _decodes(chunk, "utf-8") is not None and _whole(lines[-1]):
            return
        for at, line in enumerate(lines, 1):
            if not _whole(line):
                self._count(line, self.lines + at)

    def _count(self, line: bytes, number: int) -> None:
        rest = _MULTI.sub(b"a", line)
        if not self.first_line:
            found = _WORD.search(rest) or _HIGH.search(rest)
            self.first_line, self.example = number, found[0] if found else b""
        self.high += len(_HIGH.findall(rest))
        self.undefined |= _UNDEFINED.search(rest) is not None
        self.unusual += len(_UNUSUAL.findall(rest))
        self.in_runs += sum(map(len, _RUNS.findall(rest)))

    def verdict(self) -> Encoding:
        if not self.high:
            return Encoding(codec="utf-8")
        if self.multi > self.high:
            raise DataError(
                f"{self.path} is UTF-8 except for bytes in line {self.first_line} "
                f"({self._bytes()}); mend or remove them, or save the whole file as UTF-8 again"
            )
        if self.undefined or self.unusual > 0.1 * self.high or self.in_runs > 0.3 * self.high:
            raise DataError(
                f"{self.path} is in an encoding that can't be told (line {self.first_line} holds "
                f"{self._bytes()}); allowed are UTF-8, UTF-16 and Windows-1252 (Latin-1): "
                f"save it as UTF-8, for instance with: iconv -f ENCODING -t UTF-8"
            )
        shown = self.example.decode("cp1252")[:30]
        return Encoding(
            codec="cp1252",
            note=f"{self.path.name} is not UTF-8 and was read as Windows-1252 (Latin-1): "
            f"check that line {self.first_line} rightly says {shown!r}",
        )

    def _bytes(self) -> str:
        return " ".join(f"0x{each[0]:02X}" for each in _HIGH.findall(self.example)[:4])


def _whole(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
