"""Right and wrong passages of queries, in the forms that files give them."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.core.words import words_of
from headstart.errors import DataError
from headstart.tasks._lists import check_one_shape, list_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

QUERIES = ("query", "question", "anchor")
POSITIVES = ("positive", "positives", "pos", "positive_passage", "positive_passages")
# Names that may as well mean something else, and do only where a retrieval was asked for.
MAYBE_POSITIVES = ("passage", "answer", "answers", "document", "context", "response")
NEGATIVE = re.compile(r"^(hard_)?neg(ative)?s?(_passages?)?(_\d+)?$")
_RIGHT, _WRONG = "positive", "negative"


def passage_columns(frame: pl.DataFrame, known: Sequence[str]) -> tuple[str, ...]:
    """The column of right passages, if just one has a known name, and those of wrong ones; else none."""
    named = {_plain(each): each for each in frame.columns}
    right = [named[each] for each in known if each in named]
    if len(right) != 1:
        return ()
    return (right[0], *(each for each in frame.columns if NEGATIVE.match(_plain(each))))


def query_column(frame: pl.DataFrame, target: Sequence[str]) -> str | None:
    """The column of queries: the one of a known name, else the only other column of texts."""
    others = [each for each in frame.columns if each not in target and frame[each].dtype == pl.String]
    named = [each for each in others if _plain(each) in QUERIES]
    chosen = named or others
    return chosen[0] if len(chosen) == 1 else None


def passage_cells(
    frame: pl.DataFrame, target: Sequence[str], *, query: str | None, name: str
) -> list[str | None]:
    """Right and wrong passages of each row as one text; None where no right one is given.

    Rows of the same query have each other's right passages, as files of one pair a row mean it.

    Args:
        frame: the table.
        target: the column of right passages, then those of wrong ones.
        query: the column of queries, where it is known.
        name: the source as messages name it.

    Raises:
        DataError: a cell holds something else; the message names its row.
    """
    right = [_texts(each, row, target[0], name) for row, each in enumerate(_lists(frame[target[0]], name), 1)]
    wrong = list[list[str]]([] for _ in right)
    for column in target[1:]:
        for row, each in enumerate(_lists(frame[column], name)):
            wrong[row] += _texts(each, row + 1, column, name)
    if query is not None and frame[query].dtype == pl.String:
        right = _shared(frame[query].to_list(), right)
    return [
        as_text(yes, [each for each in no if each not in set(yes)]) if yes else None
        for yes, no in zip(right, wrong, strict=True)
    ]


def as_text(right: Iterable[str], wrong: Iterable[str]) -> str:
    """Right and wrong passages as one text, each once."""
    told = {_RIGHT: list(dict.fromkeys(right)), _WRONG: list(dict.fromkeys(wrong))}
    return json.dumps(told, ensure_ascii=False)


def from_text(written: str) -> tuple[list[str], list[str]]:
    """The right and the wrong passages that `as_text` wrote."""
    told = json.loads(written)
    return told[_RIGHT], told[_WRONG]


def name_of_text(text: str) -> int:
    """A number that texts share which differ in nothing but case, spaces and punctuation."""
    plain = " ".join(words_of(text.casefold().replace("_", " "))) or text
    return int.from_bytes(hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=7).digest(), "big")


def _plain(column: str) -> str:
    return column.strip().lower().replace(" ", "_").replace("-", "_")


def _lists(values: pl.Series, name: str) -> list[Any]:
    """Each cell as a list, None where it is empty."""
    check_one_shape(values, name)
    found = list_cells(values)
    if found is not None:
        return found
    if values.dtype != pl.String:
        raise DataError(
            f"the target {values.name!r} of {name} holds {values.dtype}, and a retrieval needs passages: "
            "texts, or lists of texts; name another column with --target"
        )
    return [[cell] if cell is not None and cell.strip() else None for cell in values]


def _texts(cell: list[Any] | None, row: int, column: str, name: str) -> list[str]:
    odd = [each for each in cell or () if not isinstance(each, str)]
    if odd:
        raise DataError(
            f"row {row} of {name} has {odd[0]!r} among the passages in column {column!r}; passages are "
            "texts: correct that row"
        )
    return [each.strip() for each in cell or () if each.strip()]


def _shared(queries: Sequence[str | None], right: Sequence[list[str]]) -> list[list[str]]:
    """The right passages of each row together with those of all rows of the same query."""
    every = defaultdict[str, list[str]](list)
    for query, passages in zip(queries, right, strict=True):
        every[(query or "").strip()] += passages
    return [
        list(dict.fromkeys((*own, *every[key]))) if own and (key := (query or "").strip()) else own
        for query, own in zip(queries, right, strict=True)
    ]
