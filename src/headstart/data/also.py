"""Auxiliary files: tasks of their own, from which the backbone may learn beside the main one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from headstart.core.expanded import expanded
from headstart.core.split import Split
from headstart.data.auxiliary_name import AuxiliaryName
from headstart.data.further import without_texts_of
from headstart.data.kind import find_kind
from headstart.data.load_rows import clean
from headstart.data.options import DataOptions
from headstart.data.ordering import in_order
from headstart.data.read import read_table
from headstart.errors import DataError, SettingError, UnknownName, UseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.rows import Columns, Rows
    from headstart.data.kind import Kind
    from headstart.data.load_rows import LoadedRows
    from headstart.data.source import Source
    from headstart.data.table import Table


def load_also(
    options: DataOptions, main: Columns, *, apart: Sequence[Rows]
) -> tuple[dict[str, Split], list[str]]:
    """A split for each auxiliary file, by `FILE:LABEL`, and what to tell of them.

    All its rows are for training. Texts that nearly equal one of `apart` are left out: a model that
    has learnt from them would look better there than it is.

    Args:
        options: names the files; columns that it ignores are ignored in them too.
        main: roles of the columns of the training file.
        apart: rows to choose and to test on.

    Raises:
        UseError: a file can't be read or used; the message names it.
    """
    splits, notes = dict[str, Split](), list[str]()
    for given in options.also:
        name = AuxiliaryName.read(given)
        try:
            loaded = _load(name, main, options.ignore)
            kept = without_texts_of(loaded.rows, *apart)
            splits[given] = _split(kept, loaded)
        except UseError as error:
            # What is named by --target in the training file is named after the colon here.
            said = str(error).replace("--target COLUMN", "--target").replace("--target", "--also FILE:LABEL")
            raise DataError(f"also {given}: {said}") from None
        left_out = len(loaded.rows) - len(kept)
        told = [*loaded.warnings, *([_said_of_near(left_out)] if left_out else [])]
        notes += [f"{loaded.name}: {each}" for each in told]
    return splits, notes


def check_also(options: DataOptions, source: Source, main: Columns) -> None:
    """Makes sure that auxiliary data is other data than what is trained and tested on.

    Raises:
        SettingError: it is the training data, the test data, or named twice.
    """
    seen = set[tuple[str, str]]()
    for given in options.also:
        name = AuxiliaryName.read(given)
        if name.label == main.target and _same_file(name.file, source):
            raise SettingError(
                f"also: got {given!r}, which is the training data itself; name another file, or another "
                "column of labels in it"
            )
        if _same_file(name.file, options.test):
            raise SettingError(
                f"also: got {given!r}, which holds the test rows; nothing may be learnt from them: name "
                "another file"
            )
        key = (str(Path(name.file).resolve()), name.label)
        if key in seen:
            raise SettingError(f"also: got {given!r} twice; name each column of labels once")
        seen.add(key)


def _load(name: AuxiliaryName, main: Columns, ignored: Sequence[str]) -> LoadedRows:
    table = read_table(name.file)
    names = table.frame.columns
    if name.label not in names:
        raise UnknownName(f"column of {table.name} named", name.label, names)
    kind, columns = _kind(table, name.label, main, [each for each in ignored if each in names])
    return clean(replace(table, frame=table.frame.select(*columns.text, name.label)), columns, kind)


def _kind(table: Table, label: str, main: Columns, ignored: Sequence[str]) -> tuple[Kind | None, Columns]:
    """The text is the columns named as in the training file, or else what reads like text."""
    shared = label not in main.text and set(main.text) <= set(table.frame.columns)
    options = DataOptions(
        target=(label,),
        text=main.text if shared else (),
        ignore=tuple(each for each in ignored if each != label and each not in main.text),
    )
    try:
        return find_kind(table.frame, options, table.name, task_name=None)
    except DataError:
        rest = ", ".join(each for each in table.frame.columns if each != label) or "no other column"
        raise DataError(
            f"it is not clear which column of {table.name} is the text; beside {label!r} it has: {rest}; "
            f"call its text as the training file does ({', '.join(main.text)}), or leave columns out "
            "with --ignore"
        ) from None


def _split(kept: Rows, loaded: LoadedRows) -> Split:
    if not len(kept):
        raise DataError(
            f"every text of {loaded.name} nearly equals a dev or test text, so nothing is left to learn "
            "from; name another file"
        )
    assert loaded.kind is not None
    task = loaded.kind.reads.infer(kept)
    return Split(task=task, train=in_order(kept), dev=kept.take([]))


def _said_of_near(rows: int) -> str:
    if rows == 1:
        return "1 text nearly equals a dev or test text and was left out"
    return f"{rows:,} texts nearly equal dev or test texts and were left out"


def _same_file(file: str, source: Source | None) -> bool:
    if not isinstance(source, str | Path):
        return False
    try:
        return Path(file).samefile(expanded(source))
    except OSError:
        # One of them is missing, which loading it tells better.
        return False
