"""How many of the sealed rows are opened, where reading all of them would take the time of the fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from headstart.data.hold_out import Pool, hold_out
from headstart.evaluation.verdict import LEAST_CLASS_ROWS, LEAST_ROWS
from headstart.flow.adapting.closing import row_ms
from headstart.flow.adapting.reserve import CAUTION
from headstart.race.folder import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jaxtyping import Bool
    from numpy import ndarray

    from headstart.core.split import Dataset
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.session import Session

# Share of the time of a run in which sealed rows are read, so many times as much where that makes a verdict
# one to trust; where it does not, a few of them still say which way things point.
SHARE, FURTHER, FEWEST = 1 / 3, 2.0, 30
# Beside the baselines, the untouched base and the winner read them, and the winner once more in the check.
READERS = 2.0 + CAUTION
STEP = 1.1


def open_what_fits(session: Session, measured: Sequence[Entrant], *, baselines: Sequence[Entrant]) -> None:
    """Of the sealed rows, takes those that there is time to read, by what the fits so far have measured.

    No content of theirs decides: how many are opened depends on speeds alone, and which ones on the seed;
    fewer of them lie within more. What an earlier process of the run has opened stays as it is.

    Args:
        session: the run at work; of its sealed rows those that are not opened are set apart.
        measured: fits that may have told how long a row takes.
        baselines: those of them that read the sealed rows in any case.
    """
    dataset, limit_s = session.dataset, session.clock.within_s
    if (settled := read_json(_kept(session))) is not None:
        session.dataset = _parted(dataset, np.isin(dataset.sealed.numbers, settled["numbers"]))
    elif limit_s is not None:
        rows = _as_many(limit_s / _row_s(session, measured, baselines), dataset, seed=session.seed)
        session.dataset = _parted(dataset, _drawn(dataset, rows, seed=session.seed))


def settle_opened(session: Session) -> None:
    """Keeps which sealed rows are opened, for they are about to be read."""
    write_json(_kept(session), {"numbers": session.dataset.test.numbers.tolist()})


def _row_s(session: Session, measured: Sequence[Entrant], baselines: Sequence[Entrant]) -> float:
    """Seconds for all who read a sealed row to read it."""
    told = [(each.candidate.base, row_ms(session, each)) for each in measured]
    took = [found for _, found in told if found is not None]
    if not any(base and found is not None for base, found in told):
        took.append(session.reserve.usual_row_ms)
    slowest = max(took)
    return (sum(row_ms(session, each) or 0.0 for each in baselines) + READERS * slowest) / 1e3


def _as_many(affordable: float, dataset: Dataset, *, seed: int) -> int:
    """Rows to open where so many could be read in all the time there is."""
    usual = int(SHARE * affordable)
    if usual >= len(dataset.sealed):
        return usual
    trusted = _trusted(dataset, seed=seed)
    return max(trusted, usual) if trusted <= FURTHER * usual else max(FEWEST, usual)


def _trusted(dataset: Dataset, *, seed: int) -> int:
    """The fewest rows with which an interval is trusted, where it would be with all of them."""
    sealed, task = dataset.sealed, dataset.split.task
    common = {name: each for name, each in task.counts(sealed).items() if each >= LEAST_CLASS_ROWS}
    rarest = min(common.values(), default=len(sealed))
    rows = max(LEAST_ROWS, LEAST_CLASS_ROWS * len(sealed) // rarest)
    # Whole groups come in no even numbers.
    while rows < len(sealed):
        drawn = sealed.take(_drawn(dataset, rows, seed=seed))
        counts = task.counts(drawn)
        if len(drawn) >= LEAST_ROWS and all(counts[each] >= LEAST_CLASS_ROWS for each in common):
            return rows
        rows = int(STEP * rows) + 1
    return len(sealed)


def _drawn(dataset: Dataset, rows: int, *, seed: int) -> Bool[ndarray, " sealed"]:
    """About so many of the sealed rows, in whole groups, each class alike; all where there are no more."""
    sealed = dataset.sealed
    if rows >= len(sealed):
        return np.ones(len(sealed), dtype=bool)
    _, clusters = np.unique(sealed.groups, return_inverse=True)
    rank = np.random.default_rng(seed).permutation(int(clusters.max()) + 1)
    pool = Pool(clusters=clusters, labels=dataset.split.task.strata(sealed), rank=rank)
    return hold_out(pool, rows / len(sealed), stratified=True)


def _parted(dataset: Dataset, chosen: Bool[ndarray, " sealed"]) -> Dataset:
    sealed = dataset.sealed
    if chosen.all():
        return replace(dataset, test=sealed, unopened=None)
    return replace(dataset, test=sealed.take(chosen), unopened=sealed.take(~chosen))


def _kept(session: Session) -> Path:
    return session.folder.work / "opened.json"
