"""Rows for fitting and choosing, and, apart from them, the sealed test rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from headstart.core.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.rows import Rows
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """All the rows that a strategy ever sees.

    Args:
        task: what is to be predicted.
        train: rows to fit on.
        dev: rows to choose, stop and calibrate on; empty in a refit, where they have joined train.
        unlabelled: rows without targets.
        also: auxiliary splits of other tasks, by name.
    """

    task: Task
    train: Rows
    dev: Rows
    unlabelled: Rows | None = None
    also: Mapping[str, Split] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """A split and the test rows that only the evaluation may open.

    Args:
        split: what strategies see.
        test: the sealed rows, or those of them that are opened in the end.
        sha256: hash of every row with its role, so that a run can tell whether its data changed.
        given_test: whether the test rows came in a file of their own.
        findings: duplicates, leaks and gaps, counted.
        warnings: what was found and done while reading and splitting, in plain words.
        unopened: the other sealed rows, where there is no time to read them all.
    """

    split: Split
    test: Rows
    sha256: str
    given_test: bool = False
    findings: Findings = field(default_factory=Findings)
    warnings: tuple[str, ...] = ()
    unopened: Rows | None = None

    @property
    def sealed(self) -> Rows:
        """All sealed rows, in the order of their file where some are not opened."""
        if self.unopened is None:
            return self.test
        every = self.test + self.unopened
        return every.take(np.argsort(every.numbers, kind="stable"))
