"""Conversations as files state them: which columns, and what is wrong in which row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from headstart.core.stated import Stated
from headstart.core.turns import ASSISTANT, SYSTEM, SYSTEM_COLUMNS, USER, prompt_text, shape_of, turns_of
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.turns import Turn

CONVERSATIONS = ("messages", "conversations", "conversation", "dialogue", "dialog", "chat")
# Columns of questions and, in the same order, of what may stand beside them and of their answers.
QUESTIONS = {
    "instruction": (("input", "context"), ("output", "response", "completion")),
    "prompt": (("input", "context"), ("completion", "response")),
}
ANSWER = "answer"
_LOOKED_AT = 20


@dataclass(frozen=True, kw_only=True)
class Parted:
    """The conversations of a column, parted before their last turn.

    Args:
        prompts: what comes before the last answer, as cells that `prompt_turns` reads.
        answers: the last answer of each.
        others: another last answer of each, where there are pairs.
    """

    prompts: tuple[str, ...]
    answers: tuple[str, ...]
    others: tuple[str, ...] = ()


def conversations_in(frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
    """The one column of lists of messages that end in an answer; None without, or with several."""
    shown = target or tuple(each for each in conversation_columns(frame) if _mostly_filled(frame[each]))
    found = [each for each in shown if each in frame.columns and is_conversation(frame[each])]
    if len(found) != 1 or len(target) > 1:
        return None
    text = (*system_column(frame), found[0])
    return Stated(target=(found[0],), text=text, sure=True, answer=_free(frame))


def conversation_columns(frame: pl.DataFrame) -> tuple[str, ...]:
    """Columns by whose names they should hold lists of messages."""
    return tuple(each for each in frame.columns if each.lower() in CONVERSATIONS)


def questions_in(frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
    """Columns of questions and answers by the names that instruction data has; None without."""
    for question, (beside, answers) in QUESTIONS.items():
        if question not in frame.columns or not _mostly_filled(frame[question]):
            continue
        found = [each for each in answers if each in frame.columns and target in ((), (each,))]
        if len(found) > 1:
            found = [each for each in found if 2 * _filled(frame[each]) > frame.height]
        if len(found) != 1:
            continue
        more = tuple(each for each in beside if each in frame.columns)[:1]
        return Stated(target=(found[0],), text=(*system_column(frame), question, *more), sure=True)
    return None


def system_column(frame: pl.DataFrame) -> tuple[str, ...]:
    """The column of system messages, if there is one in which anything is said."""
    known = (each for each in SYSTEM_COLUMNS if each in frame.columns)
    return tuple(each for each in known if any(map(_is_said, frame[each].to_list())))[:1]


def is_conversation(cells: pl.Series) -> bool:
    """Whether a column mostly holds lists of messages."""
    some = cells.drop_nulls().head(_LOOKED_AT).to_list()
    return bool(some) and sum(shape_of(each) is not None for each in some) * 2 > len(some)


def parted(cells: pl.Series, name: str, *, others: Sequence[pl.Series] = ()) -> Parted:
    """The conversations of a column, each checked.

    Args:
        cells: lists of messages, or their JSON.
        name: the source as messages name it.
        others: columns in which rows of another shape would have their answer.

    Raises:
        DataError: a conversation is faulty, or of another shape than those before it; the row is named.
    """
    prompts, answers, first = list[str](), list[str](), None
    for row, value in enumerate(cells.to_list()):
        shape = shape_of(value)
        first = first or shape
        _check_shape(shape, first, row, cells, others, name)
        try:
            turns = turns_of(value)
            check_turns(turns)
        except ValueError as error:
            raise DataError(
                f"row {row + 1} of {name} {error} (column {cells.name!r}); a conversation may begin with a "
                "system message, then user and assistant take turns, and it ends with an answer: mend or "
                "remove that row"
            ) from None
        prompts.append(prompt_text(turns[:-1]))
        answers.append(turns[-1].content)
    return Parted(prompts=tuple(prompts), answers=tuple(answers))


def check_turns(turns: Sequence[Turn], *, answered: bool = True) -> None:
    """Roles take turns, and nobody says nothing.

    Args:
        turns: a conversation.
        answered: whether it ends with an answer, rather than with the question to be answered.

    Raises:
        ValueError: they do not; the message goes on after the name of the row.
    """
    said = turns[1:] if turns and turns[0].role == SYSTEM else turns
    if not said:
        raise ValueError("has no question")
    if said[0].role == ASSISTANT:
        raise ValueError("starts with the assistant")
    for place, turn in enumerate(said):
        expected = ASSISTANT if place % 2 else USER
        if turn.role == SYSTEM:
            raise ValueError(f"has a system message after the start, in message {_place(turns, said, place)}")
        if turn.role != expected:
            raise ValueError(f"has two messages of the {turn.role} in a row")
        if not turn.content.strip():
            whose = "answer" if turn.role == ASSISTANT else "question"
            raise ValueError(f"has an empty {whose} in message {_place(turns, said, place)}")
    if answered and said[-1].role != ASSISTANT:
        raise ValueError("ends with a question that is not answered")
    if not answered and said[-1].role == ASSISTANT:
        raise ValueError("ends with an answer, so that nothing is asked")


def pairs_of(chosen: pl.Series, rejected: pl.Series, name: str) -> Parted:
    """Conversations that come twice, with one last answer and with another.

    Raises:
        DataError: one is faulty, or they differ before the last answer; the row is named.
    """
    first, second = (parted(cells, name) for cells in (chosen, rejected))
    for row, (one, other) in enumerate(zip(first.prompts, second.prompts, strict=True), 1):
        if one != other:
            raise DataError(
                f"row {row} of {name} has conversations in {chosen.name!r} and {rejected.name!r} that differ "
                "before their last answer; they have to be one conversation with two ends: mend or remove it"
            )
    return Parted(prompts=first.prompts, answers=first.answers, others=second.answers)


def plain_cells(cells: pl.Series, name: str, *, what: str, others: Sequence[pl.Series] = ()) -> pl.Series:
    """A column of texts, in which a list of one message stands for its text.

    Args:
        cells: texts, or lists of messages.
        name: the source as messages name it.
        what: `answer` or `question`.
        others: columns in which rows of another shape would have theirs.

    Raises:
        DataError: a cell holds something else, an answer is empty, or shapes are mixed; the row is named.
    """
    found, first = list[str | None](), ""
    for row, value in enumerate(cells.to_list(), 1):
        listed = shape_of(value) is not None
        shape = "a list of messages" if listed else "a text"
        first = first or (shape if value is not None else "")
        if value is not None and shape != first:
            raise DataError(
                f"row {row} of {name} has {shape} in its column {cells.name!r}, and the rows before it have "
                f"{first}; a file has one shape: convert that row"
            )
        if not _is_something(value) and (other := _elsewhere(others, row)) is not None:
            raise DataError(
                f"row {row} of {name} has its {what} in {other!r}, and other rows have theirs in "
                f"{cells.name!r}; a file has one shape: convert that row"
            )
        where = f"row {row} of {name}"
        found.append(_plain(value, listed=listed, what=what, where=where, column=cells.name))
    return pl.Series(cells.name, found, dtype=pl.String)


def check_asked(frame: pl.DataFrame, columns: Sequence[str], name: str) -> None:
    """Makes sure that every row asks something in one of its columns of questions.

    Raises:
        DataError: a row does not; it is named.
    """
    cells = [frame[each] for each in columns if each not in SYSTEM_COLUMNS]
    blank = (row for row in range(frame.height) if not any(_is_said(each[row]) for each in cells))
    if (row := next(blank, None)) is not None:
        raise DataError(
            f"row {row + 1} of {name} has an empty question in "
            f"{' and '.join(repr(each.name) for each in cells)}; every row needs one: fill it in, or remove "
            "the row"
        )


def _plain(value: object, *, listed: bool, what: str, where: str, column: str) -> str | None:
    if not listed:
        text = value if isinstance(value, str) or value is None else str(value)
        if what == ANSWER and not (text or "").strip():
            raise DataError(
                f"{where} has an empty answer in {column!r}; every row needs one: fill it in, or remove the "
                "row"
            )
        return text
    try:
        turns = turns_of(value)
    except ValueError as error:
        raise DataError(f"{where} {error}; mend that row") from None
    if what != ANSWER:
        return prompt_text(turns)
    if len(turns) != 1 or turns[0].role != ASSISTANT or not turns[0].content.strip():
        raise DataError(
            f"{where} has {len(turns)} messages as its answer; one message of the assistant that is not "
            "empty is allowed: mend that row"
        )
    return turns[0].content


def _check_shape(
    shape: str | None, first: str | None, row: int, cells: pl.Series, others: Sequence[pl.Series], name: str
) -> None:
    where = f"row {row + 1} of {name}"
    other = _elsewhere(others, row + 1)
    if shape is None and other is not None:
        raise DataError(
            f"{where} has its answer in {other!r} and other rows have messages in {cells.name!r}; "
            "a file has one shape: convert that row, or keep the two kinds in two files"
        )
    if shape is None:
        raise DataError(
            f"{where} has no messages in {cells.name!r}; it needs a list of messages with role and content "
            "(or from and value): mend or remove that row"
        )
    if shape != first:
        raise DataError(
            f"{where} names speakers by {shape!r}, and the rows before it by {first!r}; a file has one "
            "shape: convert that row"
        )


def _elsewhere(others: Sequence[pl.Series], row: int) -> str | None:
    """The first of some columns in which a row, counted from 1, has something."""
    return next((each.name for each in others if _is_something(each[row - 1])), None)


def _mostly_filled(cells: pl.Series) -> bool:
    """Whether at least half of the rows have something here.

    Rows that ask or answer in other columns than most are faults of these, to be told as such.
    """
    return 2 * _filled(cells) >= len(cells)


def _filled(cells: pl.Series) -> int:
    """Cells in which there is something."""
    return sum(map(_is_something, cells.to_list()))


def _is_something(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value)


def _is_said(value: object) -> bool:
    return _is_something(value) and not (isinstance(value, str) and not value.strip())


def _place(turns: Sequence[Turn], said: Sequence[Turn], place: int) -> int:
    return len(turns) - len(said) + place + 1


def _free(frame: pl.DataFrame) -> str:
    """A name for the column of answers that no column has."""
    return next(each for each in (ANSWER, f"{ANSWER}_", f"headstart:{ANSWER}") if each not in frame.columns)
