"""Which kind of task a table states, and in which of its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.stated import Stated
from headstart.data.columns import check_names, check_only_target, choose_columns
from headstart.errors import DataError

if TYPE_CHECKING:
    import polars as pl

    from headstart.core.rows import Columns
    from headstart.data.options import DataOptions

# What a target is taken for when no kind of task recognises it as its own.
USUAL = "classification"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of task with the columns that state it.

    Args:
        task: name of the kind.
        stated: the columns as they were read.
        columns: the roles of the columns once the answer is read into one of them.
        found: whether the kind was recognised rather than named or assumed.
    """

    task: str
    stated: Stated
    columns: Columns
    found: bool = False

    @property
    def reads(self) -> Any:
        """The class of the task, which knows how to read the columns."""
        return registry.load("tasks", self.task)


def find_kind(
    frame: pl.DataFrame, options: DataOptions, name: str, *, task_name: str | None, labelled: bool = True
) -> tuple[Kind | None, Columns]:
    """The kind of task that a table states, and the roles of its columns; no kind without a target.

    A kind that was named is taken. Else the target that was named, or that is the clear one, is shown to
    every kind of task, and the one that recognises it is taken.

    Args:
        frame: the table.
        options: what was said about columns.
        name: the table as messages name it.
        task_name: name of the kind, where it was said.
        labelled: whether a target is needed.

    Raises:
        UnknownName: a named column or kind does not exist.
        DataError: a choice is not clear; the message lists what there is to choose from.
    """
    check_names(frame, options)
    if options.target:
        return _named(frame, options, name, task_name)
    candidates = (task_name,) if task_name else registry.names("tasks")
    named = task_name is not None
    stated = {each: found for each in candidates if (found := _stated(each, frame, options, (), named=named))}
    sure = {
        each: found
        for each, found in stated.items()
        if found.sure and set(options.text or found.text) == set(found.text)
    }
    if len(sure) == 1:
        return _kind(frame, options, name, *sure.popitem(), found=not named)
    try:
        columns = choose_columns(frame, options, name, labelled=labelled)
    except DataError:
        if len(stated) != 1:
            raise
        check_only_target(frame, options, name, stated=next(iter(stated.values())))
        return _kind(frame, options, name, *stated.popitem(), found=task_name is None)
    if columns.target is None:
        if len(stated) != 1 or not _is_clear(frame, options, name, *stated.values()):
            return None, columns
        return _kind(frame, options, name, *stated.popitem(), found=task_name is None)
    if task_name in stated:
        return _kind(frame, options, name, task_name, stated[task_name])
    told = Stated(target=(columns.target,))
    return (
        _recognised(frame, options, name, told)
        if task_name is None
        else _kind(frame, options, name, task_name, told)
    )


def _is_clear(frame: pl.DataFrame, options: DataOptions, name: str, stated: Stated) -> bool:
    try:
        check_only_target(frame, options, name, stated=stated)
    except DataError:
        return False
    return True


def _named(
    frame: pl.DataFrame, options: DataOptions, name: str, task_name: str | None
) -> tuple[Kind, Columns]:
    told = Stated(target=options.target)
    if task_name is None:
        return _recognised(frame, options, name, told)
    registry.load("tasks", task_name)
    stated = _stated(task_name, frame, options, told.target, named=True)
    return _kind(frame, options, name, task_name, stated or told)


def _recognised(frame: pl.DataFrame, options: DataOptions, name: str, told: Stated) -> tuple[Kind, Columns]:
    """The kind that knows this target as its own, or the usual one."""
    found = {
        each: stated
        for each in registry.names("tasks")
        if (stated := _stated(each, frame, options, told.target)) is not None
    }
    sure = {each: stated for each, stated in found.items() if stated.sure}
    found = sure or found
    if len(found) > 1:
        raise DataError(
            f"the target {' and '.join(map(repr, told.target))} of {name} could be meant for "
            f"{' or '.join(found)}; say which with --task"
        )
    if found:
        return _kind(frame, options, name, *found.popitem(), found=True)
    return _kind(frame, options, name, USUAL, told)


def _stated(
    task: str, frame: pl.DataFrame, options: DataOptions, target: tuple[str, ...], *, named: bool = False
) -> Stated | None:
    kind = registry.load("tasks", task)
    look = getattr(kind, "stated_as_named", kind.stated) if named else kind.stated
    read = frame if target else frame.drop(options.ignore)
    found: Stated | None = look(read, target)
    apart = {each for each in (options.group, options.time) if each in read.columns}
    if target or not apart or (found is not None and found.sure and not apart & set(found.target)):
        return found
    # Columns with another role could be taken for the target.
    rest: Stated | None = look(read.drop(apart), target)
    return rest


def _kind(
    frame: pl.DataFrame,
    options: DataOptions,
    name: str,
    task: str,
    stated: Stated,
    *,
    found: bool = False,
) -> tuple[Kind, Columns]:
    if options.text:
        # Conversations are text and target in one; columns of other kinds are one of them.
        both = [each for each in options.text if each in stated.target and each not in stated.text]
        if both:
            raise DataError(
                f"column {both[0]!r} of {name} is named as text and would be the target of {task}; name "
                "another one with --target, or read another one with --text"
            )
        stated = replace(stated, text=options.text)
    columns = choose_columns(frame, options, name, stated=stated)
    place = getattr(registry.load("tasks", task), "grouped_by", None)
    if columns.group is None and place is not None and place < len(columns.text):
        columns = replace(columns, group=columns.text[place])
    kind = Kind(task=task.replace("-", "_"), stated=stated, columns=columns, found=found)
    return kind, columns
