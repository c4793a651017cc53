"""Train, dev and test rows, split here or given as files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self, cast

import numpy as np
import polars as pl

from headstart.data.clusters import count_duplicates, find_clusters, joined_texts
from headstart.data.earlier import Earlier, said_of_earlier, said_of_given
from headstart.data.ordering import in_order
from headstart.data.split import Shares, moved_back, split_rows
from headstart.data.times import as_times
from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Bool, Int
    from numpy import ndarray

    from headstart.core.corpus_task import CorpusTask
    from headstart.core.feature import Feature
    from headstart.core.findings import Findings
    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.data.load_rows import LoadedRows
    from headstart.data.options import DataOptions

_SHOWN = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Parts:
    """Rows by what they are for, in an order that does not depend on the files'.

    Args:
        train: rows to fit on.
        dev: rows to choose on.
        test: sealed rows.
        findings: what the files showed, duplicates included.
        notes: what was decided, in plain words.
    """

    train: Rows
    dev: Rows
    test: Rows
    findings: Findings
    notes: tuple[str, ...]

    def read_with(self, features: tuple[Feature, ...]) -> Self:
        """The same rows, their columns beside the text being known as these."""
        train, dev, test = (
            replace(each, columns=replace(each.columns, features=features))
            for each in (self.train, self.dev, self.test)
        )
        return replace(self, train=train, dev=dev, test=test)


def own_parts(main: LoadedRows, options: DataOptions, task: Task) -> Parts:
    """A split of one file into three.

    Args:
        main: the rows.
        options: shares and seed.
        task: says which shares are kept.

    Raises:
        DataError: there are too few different texts, or times can't be read.
    """
    clusters = find_clusters(main.rows, shared=_passages(main.rows, task))
    rows = replace(main.rows, groups=clusters.of)
    times = _times(rows, main.name)
    earlier = None if options.sealed is None else Earlier.of(options.sealed, clusters)
    shares = _shares(options, options.share_of(len(rows)))
    test, dev = split_rows(clusters, task.strata(rows), shares, times=times, earlier=earlier)
    if earlier is not None:
        _check_earlier(rows, test, main.name, task)
    if not (test.any() and dev.any()):
        parted = _parted(rows)
        raise DataError(
            f"{main.name} has {len(rows):,} rows, too few {parted} to set some apart for "
            f"choosing and some for testing; at least one label needs 3 {parted}: add rows"
        )
    older = [] if times is None else _said_of_older(moved_back(clusters, test, times))
    said = list[str]()
    if options.sealed is not None and earlier is not None:
        said = said_of_earlier(
            options.sealed,
            earlier,
            rows=rows,
            clusters=clusters,
            test=test,
            name=main.name,
            answer=task.answer,
        )
        said += _said_of_newer(times, test)
    train, dev_rows, test_rows = (in_order(rows.take(each)) for each in (~test & ~dev, dev, test))
    return Parts(
        train=train,
        dev=dev_rows,
        test=test_rows,
        findings=count_duplicates(main.findings, rows, clusters, answer=task.answer),
        notes=(
            *clusters.notes,
            *said,
            *_untested(task.counts(train), task.counts(test_rows), _parted(rows)),
            *older,
        ),
    )


def given_parts(main: LoadedRows, test: LoadedRows, options: DataOptions, *, task: Task) -> Parts:
    """A split of one file into two beside given test rows, whose texts leave the training file.

    Args:
        main: the rows to split.
        test: the rows to test on.
        options: shares and seed.
        task: says which shares are kept.

    Raises:
        DataError: nothing is left to train on, or test rows have labels that training rows lack.
    """
    both = _together(main.rows, test.rows)
    clusters = find_clusters(both)
    mine = slice(len(main.rows))
    theirs = slice(len(main.rows), None)
    rows = replace(main.rows, groups=clusters.of[mine])
    shared = np.isin(clusters.texts[mine], clusters.texts[theirs])
    exact = len(np.intersect1d(clusters.whole[mine], clusters.whole[theirs]))
    if not main.rows.columns.features:
        exact = _shared_texts(main.rows, test.rows)
    notes = [*clusters.notes, *_said_of_shared(exact, int(shared.sum()), test.name)]
    if options.sealed is not None:
        # By text alone: whoever wrote a test row may well have written training rows.
        earlier = Earlier.of(options.sealed, replace(clusters, of=clusters.texts))
        notes += said_of_given(options.sealed, earlier, shared=shared, names=(main.name, test.name))
        shared |= earlier.sealed[mine]
    if shared.all():
        raise DataError(
            f"every text of {main.name} also stands in {test.name}, so nothing is left to train on; "
            f"give another file as test"
        )
    left = rows.take(~shared)
    _check_labels(main, test, left, task)
    inner = replace(clusters, of=clusters.of[mine][~shared])
    dev = split_rows(inner, task.strata(left), _shares(options, 0.0), times=_times(left, main.name))[1]
    if not dev.any():
        parted = _parted(left)
        raise DataError(
            f"{main.name} has too few {parted} to set some apart for choosing; at least one "
            f"label needs 2 {parted} that {test.name} does not hold: add rows"
        )
    return Parts(
        train=in_order(left.take(~dev)),
        dev=in_order(left.take(dev)),
        test=in_order(replace(test.rows, groups=clusters.of[theirs])),
        findings=replace(
            count_duplicates(
                main.findings, rows, replace(clusters, whole=clusters.whole[mine]), answer=task.answer
            ),
            shared_with_test=exact,
        ),
        notes=tuple(notes),
    )


def _parted(rows: Rows) -> str:
    """What stays on one side of a split, and so has to be several."""
    group = rows.columns.group
    return "different texts" if group is None else f"different groups (column {group!r})"


def _passages(rows: Rows, task: Task) -> list[list[str]]:
    """The passages that answer each row, which may not be asked for on another side of a split."""
    return cast("CorpusTask", task).positives(rows) if task.answer == "ranking" else []


def _together(main: Rows, test: Rows) -> Rows:
    """The rows of both files with what clusters go by; test rows without a group column have no group."""
    group = main.columns.group
    features = [each.name for each in main.columns.features]
    names = [*dict.fromkeys([*main.columns.text, *([group] if group else []), *features])]
    frame = test.frame
    if group and group not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(group))
    columns = replace(main.columns, target=None, time=None)
    first, second = (
        replace(rows, frame=each.select(pl.col(names).cast(pl.String)), columns=columns)
        for rows, each in ((main, main.frame), (test, frame))
    )
    return first + second


def _shares(options: DataOptions, test: float) -> Shares:
    return Shares(test=test, dev=options.dev_share, seed=options.seed)


def _times(rows: Rows, name: str) -> Int[ndarray, " rows"] | None:
    if rows.columns.time is None:
        return None
    return as_times(rows.frame[rows.columns.time], rows.numbers, name)


def _shared_texts(main: Rows, test: Rows) -> int:
    known = joined_texts(main).str.strip_chars().unique()
    return int(joined_texts(test).str.strip_chars().unique().is_in(known.implode()).sum())


def _said_of_shared(exact: int, rows: int, name: str) -> tuple[str, ...]:
    if not rows:
        return ()
    if not exact:
        few = (
            "1 training row that nearly equals" if rows == 1 else f"{rows:,} training rows that nearly equal"
        )
        return (f"{few} a text of {name} {'was' if rows == 1 else 'were'} left out",)
    return (
        f"{exact:,} {'text' if exact == 1 else 'texts'} of {name} also "
        f"{'stands' if exact == 1 else 'stand'} in the training file; with near-duplicates {rows:,} "
        f"training {'row was' if rows == 1 else 'rows were'} left out",
    )


def _said_of_older(rows: int) -> list[str]:
    if not rows:
        return []
    are = "row is" if rows == 1 else "rows are"
    return [
        f"{rows:,} older {are} in the test too, being of one group with newer rows or nearly equal to them"
    ]


def _check_labels(main: LoadedRows, test: LoadedRows, left: Rows, task: Task) -> None:
    have = {name for name, rows in task.counts(main.rows).items() if rows}
    taught = {name for name, rows in task.counts(left).items() if rows}
    lost = sorted(name for name, rows in task.counts(test.rows).items() if rows and name not in taught)
    if not lost:
        return
    said = ", ".join(map(repr, lost[:_SHOWN])) + (", ..." if len(lost) > _SHOWN else "")
    if set(lost) <= have:
        raise DataError(
            f"every row of {main.name} with the label {said} also stands in {test.name}; texts of the "
            "test file are not trained on, so nothing would teach that label: add rows of it, or take "
            f"it out of {test.name}"
        )
    known = ", ".join(map(repr, sorted(have)[: 2 * _SHOWN]))
    raise DataError(
        f"{test.name} has labels that {main.name} lacks: {said}; known are {known}: make them equal, "
        f"add rows of those labels to {main.name}, or take them out of {test.name}"
    )


def _check_earlier(rows: Rows, test: Bool[ndarray, " rows"], name: str, task: Task) -> None:
    if not test.any():
        raise DataError(
            f"the previous run knew every row of {name} and sealed none of them, so nothing is left to test "
            "on; give the rows it was tested on with --test, add rows, or leave --previous out"
        )
    sealed, open_ = task.counts(rows.take(test)), task.counts(rows.take(~test))
    lost = sorted(label for label, count in sealed.items() if count and not open_.get(label))
    if lost:
        said = ", ".join(map(repr, lost[:_SHOWN])) + (", ..." if len(lost) > _SHOWN else "")
        raise DataError(
            f"every row of {name} with the label {said} was sealed by the previous run, so nothing would "
            "teach that label; add rows of it, or take it out of the file"
        )


def _said_of_newer(times: Int[ndarray, " rows"] | None, test: Bool[ndarray, " rows"]) -> list[str]:
    if times is None or test.all() or times[~test].max() <= times[test].min():
        return []
    return ["rows that the previous run sealed stay sealed, so newer ones than they are trained on"]


def _untested(train: Mapping[str, int], test: Mapping[str, int], parted: str) -> list[str]:
    alone = sorted(name for name, rows in train.items() if rows and not test.get(name))
    if not alone:
        return []
    said = ", ".join(
        f"{each!r} ({train[each]} {'row' if train[each] == 1 else 'rows'})" for each in alone[:_SHOWN]
    )
    more = f" and {len(alone) - _SHOWN} more" if len(alone) > _SHOWN else ""
    return [f"too few {parted} to be tested, so trained on only: {said}{more}"]
