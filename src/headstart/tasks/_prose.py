"""Columns of free text, and the names under which two of them state what is to be written from what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from headstart.core.terms import UNSPACED
from headstart.tasks._lists import LOOKED_AT, list_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_WORDS, LEAST_CHARACTERS = 4.0, 10.0
# Nearly all texts that are written are different; labels are not.
LEAST_DISTINCT, SOME_DISTINCT = 0.8, 0.5
_UNSPACED = re.compile(rf"[{UNSPACED}]")
PAIRS = (
    ("source", "target"),
    ("src", "tgt"),
    ("source", "references"),
    ("article", "highlights"),
    ("article", "summary"),
    ("document", "summary"),
    ("dialogue", "summary"),
    ("text", "summary"),
    ("mr", "ref"),
    ("meaning_representation", "human_reference"),
    ("original", "simplified"),
)
# Languages by the codes that columns of parallel texts are called by.
# fmt: off
LANGUAGES = frozenset({
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "gu", "he",
    "hi", "hr", "hu", "id", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ml", "mn", "mr",
    "ms", "ne", "nl", "no", "pa", "pl", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw",
    "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "zh",
})
# fmt: on


def is_prose(values: pl.Series) -> bool:
    """Whether a column holds texts of several words, nearly all of them different."""
    cells = _cells(values)
    return cells is not None and _reads_like_prose(cells) and _distinct(cells) >= LEAST_DISTINCT


def are_prose_lists(values: pl.Series) -> bool:
    """Whether a column holds lists of such texts, as several references of a row are."""
    lists = list_cells(values.drop_nulls()[:LOOKED_AT])
    texts = [each for some in lists or () for each in some or ()]
    if not texts or not all(isinstance(each, str) for each in texts):
        return False
    return is_prose(pl.Series(texts, dtype=pl.String))


def named_pair(frame: pl.DataFrame, target: str | None = None) -> tuple[str, str] | None:
    """The source and the target among columns that say by their names what they are; None without.

    Args:
        frame: the table.
        target: the target that was named, or None to look for one.
    """
    names = {each.lower(): each for each in frame.columns}
    for source, written in PAIRS:
        if source in names and written in names:
            pair = names[source], names[written]
            if target in (None, pair[1]) and _holds_texts(frame[pair[0]]) and _may_be_written(frame[pair[1]]):
                return pair
    tongues = [each for each in frame.columns if each.lower() in LANGUAGES and is_prose(frame[each])]
    if len(tongues) != 2 or target not in (None, *tongues):
        return None
    # Without a word of which is which, texts are told from left to right.
    written = tongues[1] if target is None else target
    return next(each for each in tongues if each != written), written


def unspaced(texts: Sequence[str]) -> bool:
    """Whether most texts are in a script that puts no spaces between words."""
    some = texts[:LOOKED_AT]
    return sum(_is_unspaced(each) for each in some) > len(some) / 2


def _may_be_written(values: pl.Series) -> bool:
    if are_prose_lists(values):
        return True
    cells = _cells(values)
    if cells is None or _distinct(cells) < SOME_DISTINCT:
        return False
    return cells.cast(pl.Float64, strict=False).null_count() > 0


def _holds_texts(values: pl.Series) -> bool:
    return _cells(values) is not None


def _cells(values: pl.Series) -> pl.Series | None:
    """The texts of a column; None where it holds none, or lists."""
    if values.dtype != pl.String:
        return None
    cells = values.drop_nulls()
    cells = cells.filter(cells.str.contains(r"\S"))
    if not len(cells) or list_cells(cells[:LOOKED_AT]) is not None:
        return None
    return cells


def _reads_like_prose(cells: pl.Series) -> bool:
    some = cells[:LOOKED_AT].to_list()
    if unspaced(some):
        return sum(map(len, some)) / len(some) >= LEAST_CHARACTERS
    return sum(len(each.split()) for each in some) / len(some) >= LEAST_WORDS


def _distinct(cells: pl.Series) -> float:
    return cells.n_unique() / len(cells)


def _is_unspaced(text: str) -> bool:
    return 2 * len(_UNSPACED.findall(text)) > len("".join(text.split()))
