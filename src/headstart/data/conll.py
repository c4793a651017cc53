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
    sentences, words, tags = list[tuple[list[str], list[str]]](), list[str](), list[str]()
    with open_text(path, codec) as text:
        for number, line in enumerate(text, 1):
            # Hard and wide spaces are parts of words, and words of their own.
            bare = line.strip(_PARTING) if line.strip() else ""
            if not bare or bare.startswith(_DOCUMENT):
                if words:
                    sentences.append((words, tags))
                    words, tags = [], []
                continue
            fields = [each.strip(" ") for each in bare.split("\t")] if "\t" in bare else _SPACES.split(bare)
            if bare.startswith(_COMMENT) and len(fields) != 2:
                continue
            if len(fields) < 2:
                raise DataError(
                    f"line {number} of {path} has the one field {bare[:40]!r}; each line needs a word and, "
                    "last, its tag, and sentences are parted by blank lines: correct that line"
                )
            words.append(fields[0])
            tags.append(fields[-1])
    if words:
        sentences.append((words, tags))
    if not sentences:
        raise DataError(f"{path} has no sentences; it needs a word and its tag in each line")
    kind = pl.List(pl.String)
    return pl.DataFrame(
        {"tokens": [each for each, _ in sentences], "tags": [each for _, each in sentences]},
        schema={"tokens": kind, "tags": kind},
    )
