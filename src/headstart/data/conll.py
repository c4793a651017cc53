"""CoNLL files: a word and its tag a line, a blank line after each sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from headstart.data.opening import open_text
from headstart.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = (".conll", ".iob", ".iob2", ".bio")
_DOCUMENT, _COMMENT = "-DOCSTART-", "# "
_PARTING, _SPACES = " \t\r\n", re.compile(" +")


def read_conll(path: Path, codec: str) -> pl.DataFrame:
    """The columns `tokens` and `tags`, lists of texts, with a row a sentence.

    The word is the first field of a line and the tag the last; fields are parted by tabs where there
    are any, else by spaces. Marks of documents and comments are left out.

    Raises:
        DataError: a line has one field alone, or there is no sentence.
    """
    sentences = _sentences(path, codec)
    for number, fields in (line for sentence in sentences for line in sentence):
        if len(fields) < 2:
            raise DataError(
                f"line {number} of {path} has the one field {fields[0][:40]!r}; each line needs a word and, "
                "last, its tag, and sentences are parted by blank lines: correct that line"
            )
    return _table(sentences, tokens=0, tags=-1)


def read_words(path: Path, codec: str) -> pl.DataFrame:
    """The columns of `read_conll`; of a file whose lines hold no more than a word, the column `tokens` alone.

    Raises:
        DataError: some lines have one field alone and others more, or there is no sentence.
    """
    sentences = _sentences(path, codec)
    if all(len(fields) == 1 for sentence in sentences for _, fields in sentence):
        return _table(sentences, tokens=0)
    return read_conll(path, codec)


def _sentences(path: Path, codec: str) -> list[list[tuple[int, list[str]]]]:
    """The number and the fields of each line, by sentence."""
    found, lines = list[list[tuple[int, list[str]]]](), list[tuple[int, list[str]]]()
    with open_text(path, codec) as text:
        for number, line in enumerate(text, 1):
            # Hard and wide spaces are parts of words, and words of their own.
            bare = line.strip(_PARTING) if line.strip() else ""
            if not bare or bare.startswith(_DOCUMENT):
                if lines:
                    found.append(lines)
                    lines = []
                continue
            fields = [each.strip(" ") for each in bare.split("\t")] if "\t" in bare else _SPACES.split(bare)
            if bare.startswith(_COMMENT) and len(fields) != 2:
                continue
            lines.append((number, fields))
    if lines:
        found.append(lines)
    if not found:
        raise DataError(f"{path} has no sentences; it needs a word and its tag in each line")
    return found


def _table(sentences: list[list[tuple[int, list[str]]]], **places: int) -> pl.DataFrame:
    cells = {
        name: [[fields[place] for _, fields in sentence] for sentence in sentences]
        for name, place in places.items()
    }
    return pl.DataFrame(cells, schema=dict.fromkeys(places, pl.List(pl.String)))
