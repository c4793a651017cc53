"""Which columns are the text and the target: as named, or inferred where the choice is clear."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from headstart.core.rows import Columns
from headstart.core.stated import Stated
from headstart.data.candidates import candidates
from headstart.errors import DataError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.data.candidates import Candidate
    from headstart.data.options import DataOptions

_MOST_LINES = 12
# fmt: off
_TEXT_WORDS = {
    "text", "sentence", "review", "message", "comment", "body", "content", "tweet", "document",
    "question", "description", "abstract", "utterance", "query", "post",
}
_TARGET_NAMES = {
    "label", "labels", "target", "class", "category", "y", "sentiment", "intent", "topic", "emotion",
    "is_spam", "spam",
}
# A column of numbers with one of these names is the target whatever stands beside it.
_NUMBER_NAMES = {*_TARGET_NAMES, "score", "rating", "similarity"}
# fmt: on


def choose_columns(
    frame: pl.DataFrame,
    options: DataOptions,
    name: str,
    *,
    labelled: bool = True,
    stated: Stated | None = None,
) -> Columns:
    """The roles of a table's columns.

    Args:
        frame: the table.
        options: what was named.
        name: the table as messages name it.
        labelled: whether a target is needed; without one, none that is clear is no error.
        stated: the columns in which a kind of task found itself stated, or None to choose them.

    Raises:
        UnknownName: a named column does not exist.
        DataError: a choice is not clear; the message lists what there is to choose from.
    """
    check_names(frame, options)
    used = {*options.ignore, *options.text, options.group, options.time}
    free = [each for each in candidates(frame) if each.name not in used]
    targets = stated.target if stated else options.target
    if not targets and (found := _target(free, name, needed=labelled)) is not None:
        targets = (found,)
    text = options.text or (stated.text if stated else ())
    text = text or _text([each for each in free if each.name not in targets], frame, name)
    target = (stated or Stated(target=targets)).column if targets else None
    return Columns(text=text, target=target, group=options.group, time=options.time)


def check_only_target(frame: pl.DataFrame, options: DataOptions, name: str, *, stated: Stated) -> None:
    """Makes sure that a column which a kind of task took for its target is the only one that could be it.

    Lists, several columns together, and a column named as targets are, stand out by themselves.

    Raises:
        DataError: there are others; the message lists them all.
    """
    target = stated.target[0]
    if len(stated.target) > 1 or _is_nested(frame[target]) or _snake(target) in _NUMBER_NAMES:
        return
    apart = {*options.ignore, *options.text, options.group, options.time, *stated.text}
    free = [each for each in candidates(frame) if each.name not in apart]
    could = [each for each in free if each.kind == "label" or each.name == target]
    if len(could) > 1:
        raise _several(could, name)


def other_texts(frame: pl.DataFrame, columns: Columns, ignored: Sequence[str]) -> tuple[str, ...]:
    """Columns that read like text too, but are not read."""
    used = {*columns.text, columns.target, columns.group, columns.time, *ignored}
    rest = frame.select([each for each in frame.columns if each not in used])
    return tuple(each.name for each in candidates(rest) if each.kind == "text")


def check_names(frame: pl.DataFrame, options: DataOptions) -> None:
    """Makes sure that the columns that were named exist and have one role each.

    Raises:
        UnknownName: one does not exist.
        DataError: one has two roles, or a kind of cells that its role does not take.
    """
    for given in (*options.text, *options.ignore, *options.target, options.group, options.time):
        if given is not None and given not in frame.columns:
            raise UnknownName("column", given, frame.columns)
    for target in options.target:
        if target in options.text:
            raise DataError(f"column {target!r} is named as text and as target; it can be one of them")
        if target in (options.group, options.time):
            raise DataError(f"column {target!r} is the target; name another column as group or time")
    for role, given in (("group", options.group), ("time", options.time)):
        if given is not None and _is_nested(frame[given]):
            raise DataError(
                f"column {given!r} holds lists or objects and is named as {role}, which takes texts, "
                "numbers or dates; name another column"
            )
    both = [
        each
        for each in (*options.text, *options.target, options.group, options.time)
        if each in options.ignore
    ]
    if both:
        raise DataError(f"column {both[0]!r} is to be ignored and to be used; say one of them")
    for role, named in (("text", options.text), ("target", options.target)):
        if len(set(named)) < len(named):
            raise DataError(f"a column is named twice as {role} ({', '.join(named)}); name each once")


def _is_nested(cells: pl.Series) -> bool:
    return cells.dtype.is_nested() or cells.dtype in (pl.Object, pl.Binary)


def _target(free: list[Candidate], name: str, *, needed: bool) -> str | None:
    labels = [each for each in free if each.kind == "label"]
    named = [each for each in labels if _snake(each.name) in _TARGET_NAMES]
    chosen = named or labels
    if len(chosen) == 1:
        return chosen[0].name
    if not needed:
        return None
    if not chosen:
        raise DataError(
            f"no column of {name} looks like labels to predict; a target has at least 2 different "
            f"values, each in several rows. Name one with --target COLUMN; there are:\n{_lines(free)}"
        )
    raise _several(chosen, name)


def _several(could: list[Candidate], name: str) -> DataError:
    return DataError(
        f"{name} has more than one column that could be the target; name one with --target "
        f"COLUMN:\n{_lines(could)}"
    )


def _text(free: list[Candidate], frame: pl.DataFrame, name: str) -> tuple[str, ...]:
    texts = [each for each in free if each.kind == "text"]
    if not texts:
        texts = [
            each for each in free if each.kind in ("other", "label") and frame[each.name].dtype == pl.String
        ]
    if not texts:
        # A file whose texts are all blank is told so later, in words about its rows.
        texts = [each for each in free if each.kind in ("empty", "constant")]
    named = [each for each in texts if _TEXT_WORDS & set(_snake(each.name).split("_"))]
    chosen = named if len(named) == 1 else texts
    if len(chosen) == 1:
        return (chosen[0].name,)
    shown = chosen or free
    if not any(each.kind in ("text", "empty", "constant") for each in free):
        raise DataError(
            f"no column of {name} reads like text, and a base reads texts; name the one to read with --text "
            "COLUMN, and others to read beside it with --columns COLUMN, or --columns all"
            + (f":\n{_lines(shown)}" if shown else ": there is no column beside the target")
        )
    raise DataError(
        f"it is not clear which column of {name} is the text; name it with --text COLUMN (repeat it for "
        "several)" + (f":\n{_lines(shown)}" if shown else ", beside the target: there is no other column")
    )


def _lines(shown: Sequence[Candidate]) -> str:
    more = [f"  and {len(shown) - _MOST_LINES} more"] if len(shown) > _MOST_LINES else []
    return "\n".join([*(each.line() for each in shown[:_MOST_LINES]), *more])


def _snake(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
