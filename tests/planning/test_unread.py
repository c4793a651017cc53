"""Data that was given and that nothing reads is named, with what would read it."""

from __future__ import annotations

from headstart.core.split import Split
from headstart.planning.unread import unread
from tests.contracts.small_data import small_rows, small_task


def split(*, also: bool = False, unlabelled: bool = False) -> Split:
    task, rows = small_task(), small_rows(30)
    other = Split(task=task, train=small_rows(12), dev=rows.take([]))
    return Split(
        task=task,
        train=rows,
        dev=rows.take([]),
        unlabelled=small_rows(6) if unlabelled else None,
        also={"other": other} if also else {},
    )


def test_nothing_is_said_where_nothing_was_given_or_all_is_read():
    assert unread(split(), ("full",)) == ()
    assert unread(split(also=True), ("full", "multitask")) == ()


def test_auxiliary_rows_that_nothing_reads_are_named_with_what_reads_them():
    (line,) = unread(split(also=True), ("full", "probe"))
    assert "12 auxiliary rows" in line
    assert "multitask" in line


def test_unlabelled_texts_that_nothing_reads_are_named():
    (line,) = unread(split(unlabelled=True), ("full", "multitask"))
    assert "6 unlabelled texts" in line
