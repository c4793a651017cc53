"""Bytes and text of a file, unpacked where it is gzipped."""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The content of a file as bytes.

    Raises:
        DataError: a gzip file is broken, or reading failed.
    """
    try:
        with path.open("rb") as raw:
            if raw.peek(2)[:2] != _GZIP:
                yield raw
                return
            with gzip.open(raw) as unpacked:
                yield cast("BinaryIO", unpacked)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path} is a broken gzip file ({error}); it has to unpack whole: copy or download it again"
        ) from None
    except OSError as error:
        raise DataError(f"{path} can't be read ({error.strerror or error}); check the file") from None


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """The content of a file as text, its line ends untouched.

    Raises:
        DataError: bytes do not fit the encoding, or as `open_bytes`.
    """
    with open_bytes(path) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        try:
            yield text
        except UnicodeError as error:
            raise DataError(
                f"{path} begins as {encoding} but breaks off or changes later ({error}); "
                f"save it as UTF-8 and try again"
            ) from None
        finally:
            text.detach()


def head(path: Path) -> bytes:
    """The first bytes of a file, unpacked."""
    with open_bytes(path) as raw:
        return raw.read(HEAD_BYTES)
