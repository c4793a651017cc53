"""Tags of words in the forms that files give them: a list beside the words, or stretches of characters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.core.entities import Entity, as_bio, entities
from headstart.core.words import join_words, spans_of_words
from headstart.errors import DataError
from headstart.tasks._lists import (
    LOOKED_AT,
    check_one_shape,
    first_without_list,
    list_cells,
    lists_among,
    looks_like_lists,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

TAG = re.compile(r"^(O|[BILUESM]-\S.*)$")
NEARLY = 0.9
TAG_COLUMNS = ("ner_tags", "tags", "ner", "bio", "iob")
WORD_COLUMNS = ("tokens", "words", "sentence", "text")
STARTS, ENDS, KINDS = (
    ("start", "begin", "start_offset"),
    ("end", "stop", "end_offset"),
    ("label", "type", "tag"),
)


def are_tags(values: pl.Series) -> bool:
    """Whether cells are lists of tags, nearly all of a known scheme, of which one at least marks an entity.

    A few that are of none are faults of their rows, to be told as such.
    """
    cells = lists_among(values.drop_nulls()[:2000])
    if sum(each is not None for each in cells) <= NEARLY * len(cells):
        return False
    tags = [each for cell in cells for each in cell or ()]
    known = [each for each in tags if isinstance(each, str) and TAG.match(each)]
    return len(known) > NEARLY * len(tags) and bool(set(known) - {"O"})


def are_meant_for_tags(values: pl.Series) -> bool:
    """Whether a column is called as columns of tags are, and holds lists of whatever scheme."""
    return values.name.lower() in TAG_COLUMNS and looks_like_lists(values)


def are_stretches(values: pl.Series) -> bool:
    """Whether cells are lists of objects with a start, an end and a label, nearly all of them.

    A few that are not are faults of their rows, to be told as such.
    """
    cells = lists_among(values.drop_nulls()[:LOOKED_AT])
    if sum(each is not None for each in cells) <= NEARLY * len(cells):
        return False
    every = [each for cell in cells for each in cell or ()]
    known = [each for each in every if isinstance(each, dict) and _key(each, STARTS) and _key(each, ENDS)]
    return bool(known) and len(known) > NEARLY * len(every)


def words_beside(frame: pl.DataFrame, tags: str) -> str | None:
    """The column of words that has as many in each row as there are tags; None without any."""
    sizes = [len(each or ()) for each in lists_among(frame[tags][:100])]
    found = []
    for name in frame.columns:
        cells = lists_among(frame[name][:100])
        if name == tags or all(each is None for each in cells):
            continue
        same = sum(len(cell or ()) == size for cell, size in zip(cells, sizes, strict=True))
        if same > len(sizes) / 2 and all(isinstance(each, str) for cell in cells for each in cell or ()):
            found.append(name)
    known = [name for name in WORD_COLUMNS if name in found]
    return known[0] if known else found[0] if len(found) == 1 else None


def texts_beside(frame: pl.DataFrame, stretches: str) -> str | None:
    """The column of texts that is called as texts are, or the only one; None without."""
    texts = [name for name in frame.columns if name != stretches and frame[name].dtype == pl.String]
    known = [name for name in ("text", "sentence") if name in texts]
    return known[0] if known else texts[0] if len(texts) == 1 else None


def tagged_cells(words: pl.Series, tags: pl.Series, name: str) -> tuple[list[str | None], list[str | None]]:
    """Texts of joined words, and their tags as text; blank where a row has no tags.

    Raises:
        DataError: a row has more or fewer tags than words, or a tag of no known scheme.
    """
    texts, answers = list[str | None](), list[str | None]()
    word_cells, tag_cells = list_cells(words), list_cells(tags)
    for column, cells in ((words, word_cells), (tags, tag_cells)):
        if (row := first_without_list(column)) is not None:
            raise DataError(
                f"row {row} of {name} has {str(column[row - 1])[:40]!r} in {column.name!r}, and other rows "
                "have lists there; a file has one shape: write it as a list"
            )
        if cells is None:
            raise DataError(
                f"column {column.name!r} of {name} does not hold lists; tagging needs a list of words and a "
                "list of tags in each row, or stretches with start, end and label: name the columns with "
                "--text and --target"
            )
    for row, (mine, marks) in enumerate(zip(word_cells or (), tag_cells or (), strict=True), 1):
        if mine is not None and marks is not None and len(mine) != len(marks):
            raise DataError(
                f"row {row} of {name} has {len(mine)} words in {words.name!r} and {len(marks)} tags in "
                f"{tags.name!r}; each word needs one tag: correct that row"
            )
        odd = [each for each in marks or () if not (isinstance(each, str) and TAG.match(each))]
        if odd:
            raise DataError(
                f"row {row} of {name} has the tag {odd[0]!r} in {tags.name!r}; tags are O, or B-, I-, L-, "
                "E-, U- or S- before the kind of entity, such as B-PERSON: write them so"
            )
        texts.append(None if mine is None else join_words(str(each) for each in mine))
        answers.append(None if marks is None or not mine else json.dumps(marks, ensure_ascii=False))
    return texts, answers


def stretch_cells(texts: pl.Series, values: pl.Series, name: str) -> list[str | None]:
    """Stretches of characters as text, checked against the texts they lie in.

    Raises:
        DataError: a stretch lies outside its text, is empty, has no label, or says that it is another text;
            the message names its row.
    """
    check_one_shape(values, name)
    cells = list_cells(values)
    if cells is None:
        raise DataError(
            f"column {values.name!r} of {name} does not hold lists of stretches; each needs a start, an end "
            'and a label, such as [{"start": 0, "end": 5, "label": "PERSON"}]'
        )
    found = list[str | None]()
    for row, (text, cell) in enumerate(zip(texts.to_list(), cells, strict=True), 1):
        if cell is None or not isinstance(text, str):
            found.append(None)
            continue
        kept = [_stretch(each, text, row, name) for each in cell]
        found.append(json.dumps({"spans": kept}, ensure_ascii=False))
    return found


def bio_of(answer: str, text: str) -> list[str]:
    """The tags of a row's words in the scheme BIO, from what `read` wrote."""
    told = json.loads(answer)
    if isinstance(told, list):
        return as_bio(entities(told), len(told))
    words = spans_of_words(text)
    found = list[Entity]()
    # Of stretches that overlap the longest stands; it takes every word that it touches.
    for start, stop, kind in sorted(told["spans"], key=lambda each: (each[0] - each[1], each[0])):
        mine = [place for place, (low, high) in enumerate(words) if low < stop and high > start]
        if mine and not any(each.start <= mine[-1] and mine[0] < each.stop for each in found):
            found.append(Entity(kind, mine[0], mine[-1] + 1))
    return as_bio(found, len(words))


def overlapping(answer: str, text: str) -> int:
    """How many stretches of a row are left out because they share a word with one that stands."""
    if not is_stretches(answer):
        return 0
    words = spans_of_words(text)
    touching = sum(
        any(low < stop and high > start for low, high in words)
        for start, stop, _ in json.loads(answer)["spans"]
    )
    return touching - len(entities(bio_of(answer, text)))


def is_stretches(answer: str) -> bool:
    """Whether a row's answer was given as stretches of characters."""
    return answer.lstrip().startswith("{")


def _stretch(each: Any, text: str, row: int, name: str) -> list[Any]:
    start, end, kind = (
        _key(each, keys) if isinstance(each, dict) else None for keys in (STARTS, ENDS, KINDS)
    )
    if start is None or end is None or kind is None:
        raise DataError(
            f"row {row} of {name} has the stretch {each!r}; a stretch needs a start, an end and a label: "
            "correct that row"
        )
    low, high, said = each[start], each[end], str(each[kind])
    if not (isinstance(low, int) and isinstance(high, int) and 0 <= low < high <= len(text)):
        raise DataError(
            f"row {row} of {name} has a stretch from {low!r} to {high!r} in a text of {len(text)} "
            "characters; start counts from 0, end is the character after the last: correct that row"
        )
    told, there = each.get("text"), text[low:high]
    if isinstance(told, str) and _plain(told) != _plain(there):
        found = text.find(told)
        place = f"it stands at {found}" if found >= 0 else "the text does not hold it"
        raise DataError(
            f"row {row} of {name} has the stretch {told!r} from {low} to {high}, where the text has "
            f"{there!r}; {place}: starts and ends count characters, not bytes nor halves of emojis; correct "
            "that row"
        )
    return [low, high, said]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _key(each: dict[str, Any], keys: Sequence[str]) -> str | None:
    return next((key for key in keys if each.get(key) is not None), None)
