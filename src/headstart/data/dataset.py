"""From sources and options to rows for fitting and choosing and, apart from them, sealed test rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.core.split import Dataset, Split
from headstart.data.also import check_also, load_also
from headstart.data.features import settled_features
from headstart.data.further import load_test, load_unlabelled, without_texts_of
from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.data.ordering import fingerprint, in_order
from headstart.data.parts import given_parts, own_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.rows import Rows
    from headstart.data.load_rows import LoadedRows
    from headstart.data.source import Source

__all__ = ["DataOptions", "dataset_of", "load_dataset"]


def load_dataset(
    source: Source, options: DataOptions, *, task_name: str | None, task_settings: Mapping[str, Any]
) -> Dataset:
    """Reads, cleans and splits labelled rows; the order of the files makes no difference.

    Args:
        source: the labelled rows.
        options: columns, further files and how to split.
        task_name: kind of task, or None to find it from the rows.
        task_settings: settings of the task, such as what labels mean.

    Raises:
        DataError: rows can't be read, used or split; the message says where and what to do.
        SettingError: auxiliary data is the training or test data, or is not named as `FILE:LABEL`, or the
            earlier run was of another task, target or text.
        UnknownName: a column or a task does not exist.
    """
    main = load_rows(source, options, task_name=task_name)
    check_also(options, source, main.rows.columns)
    return dataset_of(main, options, task_settings=task_settings)


def dataset_of(main: LoadedRows, options: DataOptions, *, task_settings: Mapping[str, Any]) -> Dataset:
    """The data set that clean rows make.

    Args:
        main: clean rows with a target.
        options: further files and how to split.
        task_settings: settings of the task, such as what labels mean.

    Raises:
        DataError: rows can't be split or do not fit the task, or a further file can't be used.
        SettingError: a setting does not fit the task, or the earlier run was of another task, target or
            text.
        ValueError: the rows have no target.
    """
    if main.kind is None:
        raise ValueError("rows without a target make no data set")
    task = main.kind.reads.infer(main.rows, **task_settings)
    if options.sealed is not None:
        options.sealed.check(main.kind.task, main.rows.columns)
    test = None if options.test is None else load_test(options.test, main)
    if test is not None and task.answer == "ranking":
        task = task.knowing(test.rows)
    parts = own_parts(main, options, task) if test is None else given_parts(main, test, options, task=task)
    warnings = [
        *main.warnings,
        *(f"test file: {each}" for each in (test.warnings if test else ())),
        *parts.notes,
    ]
    if main.rows.columns.features:
        parts = parts.read_with(settled_features(parts.train))
    unlabelled, said = (
        (None, "") if options.unlabelled is None else _unlabelled(options.unlabelled, parts.test)
    )
    warnings += [said] if said else []
    also, more = load_also(options, main.rows.columns, apart=(parts.dev, parts.test))
    roles = {"train": parts.train, "dev": parts.dev, "test": parts.test, "unlabelled": unlabelled}
    auxiliary = {f"also {place}": each.train for place, each in enumerate(also.values())}
    return Dataset(
        split=Split(
            task=task.settled(parts.train), train=parts.train, dev=parts.dev, unlabelled=unlabelled, also=also
        ),
        test=parts.test,
        sha256=fingerprint({**roles, **auxiliary}),
        given_test=test is not None,
        findings=parts.findings,
        warnings=(*warnings, *more),
    )


def _unlabelled(source: Source, test: Rows) -> tuple[Rows | None, str]:
    """Unlabelled rows that do not resemble test rows, if any, and what to tell of the others."""
    further = load_unlabelled(source, test.columns)
    kept = without_texts_of(further.rows, test)
    left_out = len(further.rows) - len(kept)
    said = f"{left_out:,} unlabelled texts nearly equal test texts and were left out" if left_out else ""
    return in_order(kept) if len(kept) else None, said
