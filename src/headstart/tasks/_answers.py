"""Answers that stand in a text, in the forms that files give them, as one form of text and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from headstart.errors import DataError
from headstart.tasks._lists import LOOKED_AT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

QUESTIONS, CONTEXTS = ("question", "query"), ("context", "passage", "paragraph", "document")
ANSWERS = ("answers", "answer", "answer_text")
STARTS = ("answer_start", "answer_starts", "start")
START_COLUMNS = STARTS[:2]
TEXTS = ("text", "texts", "answer")
# Share of plain answers that stand in their texts, from which a column is taken to hold such answers.
_MOSTLY = 0.5
_SHOWN, _LONG = 3, 60


class Answer(NamedTuple):
    """A right answer and the place of its first character in the text."""

    start: int
    text: str


class Misfit(Exception):
    """Why a cell is no list of answers that stand in their text; caught where the row is known."""


def column_of(frame: pl.DataFrame, names: Iterable[str]) -> str | None:
    """The first of these columns that the table has, whatever their case; None without."""
    known = {name.lower(): name for name in reversed(frame.columns)}
    return next((known[name] for name in names if name in known), None)


def are_answers(answers: pl.Series, contexts: pl.Series) -> bool:
    """Whether cells hold answers: objects with texts, or texts that mostly stand in the text beside them.

    Objects are meant for answers even where they are wrong, so that their faults can be told.
    """
    filled = pl.DataFrame({"answer": answers, "text": contexts}).filter(answers.is_not_null())[:LOOKED_AT]
    if answers.dtype not in (pl.String, pl.Categorical) and not answers.dtype.is_nested():
        return False
    found, asked = 0, 0
    for cell, text in filled.iter_rows():
        value = _value(cell)
        if any(isinstance(each, dict) for each in (value if isinstance(value, list) else (value,))):
            return _are_objects(value)
        try:
            told = [each for each, _ in _pairs(value, None)]
        except Misfit:
            return False
        asked += bool(told)
        found += any(each in (text or "") for each in told)
    return asked > 0 and found > _MOSTLY * asked


def _are_objects(value: Any) -> bool:
    several = value if isinstance(value, list) else (value,)
    return all(isinstance(each, dict) and any(name in each for name in TEXTS) for each in several)


def answer_cells(
    answers: pl.Series, contexts: pl.Series, starts: pl.Series | None, *, name: str
) -> list[str | None]:
    """Each cell as JSON, a list of pairs of a place and a text; `[]` for no answer, None for a gap.

    Args:
        answers: the answers of each row.
        contexts: the text that they stand in.
        starts: places, where those have a column of their own.
        name: the source as messages name it.

    Raises:
        DataError: an answer does not stand where, or anywhere, in its text; the message names its row.
    """
    places = [None] * len(answers) if starts is None else starts.to_list()
    cells, faults = list[str | None](), list[str]()
    rows = zip(answers.to_list(), contexts.to_list(), places, strict=True)
    for row, (cell, text, place) in enumerate(rows, 1):
        if cell is None:
            cells.append("[]" if place in (-1, "-1") else None)
            continue
        try:
            told = _told(_value(cell), _value(place), text)
        except Misfit as fault:
            faults.append(f"row {row} {fault}")
            continue
        cells.append(json.dumps(told, ensure_ascii=False))
    if faults:
        more = f"; so have {len(faults) - _SHOWN:,} more rows" if len(faults) > _SHOWN else ""
        raise DataError(
            f"{len(faults):,} of {len(answers):,} rows of {name} {'has' if len(faults) == 1 else 'have'} "
            "an answer that does not fit: "
            f"{'; '.join(faults[:_SHOWN])}{more}; an answer is a stretch of the text, its start counted in "
            "characters from 0: correct those rows, or leave the starts out to have the answers looked for"
        )
    return cells


def answers_of(cell: str) -> list[Answer]:
    """The answers that `answer_cells` wrote; none where there is no answer."""
    return [Answer(start, text) for start, text in json.loads(cell)]


def _value(cell: Any) -> Any:
    """What a cell holds, read where it is JSON; a text that only looks like JSON stays a text."""
    if isinstance(cell, str) and cell.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def _pairs(value: Any, starts: Any) -> Iterator[tuple[str, Any]]:
    """Each text with its start, None where that is not known."""
    if isinstance(value, dict):
        texts, starts = _key(value, TEXTS), _key(value, STARTS)
        if texts is None and starts is None:
            raise Misfit(f"has the answer {_said(value)}, which has no 'text'")
        yield from _pairs([] if texts is None else texts, starts)
    elif isinstance(value, list):
        if starts is not None and not isinstance(starts, list):
            starts = [starts]
        if starts is not None and len(starts) != len(value):
            raise Misfit(f"has {len(value)} answers and {len(starts)} starts")
        for place, each in enumerate(value):
            if isinstance(each, dict):
                yield from _pairs(each, None)
            else:
                yield _text(each), None if starts is None else starts[place]
    else:
        yield _text(value), starts[0] if isinstance(starts, list) and starts else starts


def _told(value: Any, starts: Any, text: str | None) -> list[Answer]:
    """The answers of a row, none where there is none.

    An empty text that is said to stand somewhere, or is one of a list, is more likely a gap than no answer.
    """
    found = list[Answer]()
    for answer, start in _pairs(value, starts):
        if answer:
            found.append(_placed(answer, start, text))
        elif start not in (-1, "-1") and (start is not None or isinstance(value, dict | list)):
            where = "" if start is None else f" at {start}"
            raise Misfit(f"has an empty answer{where}; no answer is an empty list, or the start -1")
    return found


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return (value or "") if (value or "").strip() else ""
    if isinstance(value, bool | int | float):
        return str(value)
    raise Misfit(f"has the answer {_said(value)}; an answer is a text")


def _placed(answer: str, start: Any, text: str | None) -> Answer:
    text = text or ""
    found = text.find(answer)
    if start is None:
        if found < 0:
            raise Misfit(f"has the answer {_said(answer)}, which its text does not hold")
        return Answer(found, answer)
    at = _whole(start)
    if text[at : at + len(answer)] == answer and at >= 0:
        return Answer(at, answer)
    there = f"the text has {_said(text[at : at + len(answer)])}" if 0 <= at < len(text) else "no text is left"
    where = f"it stands at {found}" if found >= 0 else "the text does not hold it"
    raise Misfit(f"has the answer {_said(answer)} at {at}, where {there}; {where}")


def _whole(start: Any) -> int:
    try:
        if float(start) == int(float(start)):
            return int(float(start))
    except (TypeError, ValueError):
        pass
    raise Misfit(f"has the start {_said(start)}; a start is a whole number of characters")


def _key(value: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((value[name] for name in names if value.get(name) is not None), None)


def _said(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= _LONG else f"{said[: _LONG - 1]}…"
