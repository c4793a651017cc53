"""From sources and options to rows for fitting and choosing and, apart from them, sealed test rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.split import Dataset, Split
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

DEFAULT_TASK = "classification"


def load_dataset(
    source: Source, options: DataOptions, *, task_name: str | None, task_settings: Mapping[str, Any]
) -> Dataset:
    """Reads, cleans and splits labelled rows; the order of the files makes no difference.

    Args:
        source: the labelled rows.
        options: columns, further files and how to split.
        task_name: kind of task, or None for classification.
        task_settings: settings of the task, such as what labels mean.

    Raises:
        DataError: rows can't be read, used or split; the message says where and what to do.
        UnknownName: a column or a task does not exist.
    """
    return dataset_of(load_rows(source, options), options, task_name=task_name, task_settings=task_settings)


def dataset_of(
    main: LoadedRows, options: DataOptions, *, task_name: str | None, task_settings: Mapping[str, Any]
) -> Dataset:
    """The data set that clean rows make.

    Args:
        main: clean rows with a target.
        options: further files and how to split.
        task_name: kind of task, or None for classification.
        task_settings: settings of the task, such as what labels mean.

    Raises:
        DataError: rows can't be split or do not fit the task, or a further file can't be used.
        UnknownName: the task does not exist.
    """
    task = registry.load("tasks", task_name or DEFAULT_TASK).infer(main.rows, **task_settings)
    test = None if options.test is None else load_test(options.test, main.rows.columns)
    parts = own_parts(main, options) if test is None else given_parts(main, test, options)
    warnings = [
        *main.warnings,
        *(f"test file: {each}" for each in (test.warnings if test else ())),
        *parts.notes,
    ]
    unlabelled, said = (
        (None, "") if options.unlabelled is None else _unlabelled(options.unlabelled, parts.test)
    )
    warnings += [said] if said else []
    split = Split(task=task, train=parts.train, dev=parts.dev, unlabelled=unlabelled)
    return Dataset(
        split=split,
        test=parts.test,
        sha256=fingerprint(
            {"train": parts.train, "dev": parts.dev, "test": parts.test, "unlabelled": unlabelled}
        ),
        given_test=test is not None,
        findings=parts.findings,
        warnings=tuple(warnings),
    )


def _unlabelled(source: Source, test: Rows) -> tuple[Rows | None, str]:
    """Unlabelled rows that do not resemble test rows, if any, and what to tell of the others."""
    further = load_unlabelled(source, test.columns)
    kept = without_texts_of(further.rows, test)
    left_out = len(further.rows) - len(kept)
    said = f"{left_out:,} unlabelled texts nearly equal test texts and were left out" if left_out else ""
    return in_order(kept) if len(kept) else None, said
