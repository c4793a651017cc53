"""How many of the sealed rows are opened, where reading all of them would take the time of the fits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from headstart.data.hold_out import Pool, hold_out
from headstart.evaluation.at_worst import LEAST_CLASS_ROWS
from headstart.evaluation.verdict import LEAST_ROWS
from headstart.flow.adapting.closing import apart, closing_s, reads_as, row_ms
from headstart.flow.adapting.reserve import CAUTION
from headstart.race.folder import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jaxtyping import Bool
    from numpy import ndarray

    from headstart.core.rows import Rows
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.session import Session

# Share of the time of a run that is kept for reading sealed rows, so many times as much where that makes a
# verdict one to trust; where it does not, a few of them still say which way things point.
SHARE, FURTHER, FEWEST = 1 / 5, 2.5, 30
# Of the time that is left when all has been fitted, what further ones are read in; the rest tells what more
# training rows would bring.
SPARE = 0.5
# Beside the baselines and the untouched base, the winner reads them, and once more in the check.
WINNER_READS = 1.0 + CAUTION
STEP = 1.1


@dataclass(kw_only=True)
class Opening:
    """Of the sealed rows, takes those that there is time to read.

    No content of theirs decides: how many are opened depends on speeds alone, and which ones on the seed;
    fewer of them lie within more. What an earlier process of the run has opened stays as it is.

    Args:
        session: the run at work; of its sealed rows those that are not opened are set apart.
    """

    session: Session
    _rows: int | None = field(default=None, repr=False)
    _told: bool = field(default=False, repr=False)

    def revise(self, measured: Sequence[Entrant], *, baselines: Sequence[Entrant]) -> None:
        """Opens as many as fit, by what the fits so far have measured.

        Args:
            measured: fits that may have told how long a row takes.
            baselines: those of them that read the sealed rows in any case.
        """
        limit_s = self.session.clock.within_s
        if (settled := read_json(_kept(self.session))) is not None:
            self._part(np.isin(self._sealed.numbers, settled["numbers"]))
        elif limit_s is not None:
            rows = self._as_many(limit_s / _row_s(self.session, measured, baselines))
            if self._rows is None or rows < self._rows or not self._told:
                self._rows = rows
                self._part(self._drawn(rows))
            # What further ones would take is planned with by then; time that is left opens them in the end.
            self._told = self._told or any(_reads(self.session, each) for each in measured)

    def fill(self, entrants: Sequence[Entrant], *, ships: Entrant | None) -> None:
        """Opens further ones in the time that is left when all that is tested has been fitted.

        Args:
            entrants: whose models are about to read them.
            ships: what is expected to ship, which reads them once more.
        """
        session = self.session
        if session.dataset.unopened is None or read_json(_kept(session)) is not None:
            return
        told = [row_ms(session, each) or 0.0 for each in apart(session, entrants)]
        row_s = (sum(told) + CAUTION * max(told, default=0.0)) / 1e3
        spare_s = SPARE * (session.clock.left_s - closing_s(session, entrants, ships=ships))
        if row_s > 0 and spare_s > row_s:
            self._part(self._drawn(len(session.dataset.test) + int(spare_s / row_s)))

    def _as_many(self, affordable: float) -> int:
        """Rows to open where so many could be read in all the time there is."""
        usual = int(SHARE * affordable)
        if usual >= len(self._sealed):
            return len(self._sealed)
        return max(self._trusted, usual) if self._trusted <= FURTHER * usual else max(FEWEST, usual)

    @cached_property
    def _sealed(self) -> Rows:
        return self.session.dataset.sealed

    @cached_property
    def _pool(self) -> Pool:
        _, clusters = np.unique(self._sealed.groups, return_inverse=True)
        rank = np.random.default_rng(self.session.seed).permutation(int(clusters.max()) + 1)
        return Pool(clusters=clusters, labels=self.session.dataset.split.task.strata(self._sealed), rank=rank)

    @cached_property
    def _trusted(self) -> int:
        """The fewest rows with which an interval is trusted, where it would be with all of them."""
        sealed, task = self._sealed, self.session.dataset.split.task
        common = {name: each for name, each in task.counts(sealed).items() if each >= LEAST_CLASS_ROWS}
        rarest = min(common.values(), default=len(sealed))
        rows = max(LEAST_ROWS, LEAST_CLASS_ROWS * len(sealed) // rarest)
        # Whole groups come in no even numbers.
        while rows < len(sealed):
            drawn = sealed.take(self._drawn(rows))
            counts = task.counts(drawn)
            if len(drawn) >= LEAST_ROWS and all(counts[each] >= LEAST_CLASS_ROWS for each in common):
                return rows
            rows = int(STEP * rows) + 1
        return len(sealed)

    def _drawn(self, rows: int) -> Bool[ndarray, " sealed"]:
        """About so many of the rows, in whole groups, each class alike; all where there are no more."""
        if rows >= len(self._sealed):
            return np.ones(len(self._sealed), dtype=bool)
        return hold_out(self._pool, rows / len(self._sealed), stratified=True)

    def _part(self, chosen: Bool[ndarray, " sealed"]) -> None:
        sealed, whole = self._sealed, bool(chosen.all())
        self.session.dataset = replace(
            self.session.dataset,
            test=sealed if whole else sealed.take(chosen),
            unopened=None if whole else sealed.take(~chosen),
        )


def settle_opened(session: Session) -> None:
    """Keeps which sealed rows are opened, for they are about to be read."""
    write_json(_kept(session), {"numbers": session.dataset.test.numbers.tolist()})


def _row_s(session: Session, measured: Sequence[Entrant], baselines: Sequence[Entrant]) -> float:
    """Seconds for all who read a sealed row to read it."""
    took = [found for each in measured if (found := row_ms(session, each)) is not None]
    if not any(_reads(session, each) for each in measured):
        took.append(session.reserve.usual_row_ms)
    readers = WINNER_READS + (0.0 if _reads_along(session, measured, baselines) else 1.0)
    read = sum(row_ms(session, each) or 0.0 for each in apart(session, baselines))
    return (read + readers * max(took)) / 1e3


def _reads(session: Session, entrant: Entrant) -> bool:
    """Whether an entrant's fit has told how long a base takes to read a row."""
    return entrant.candidate.base is not None and row_ms(session, entrant) is not None


def _reads_along(session: Session, measured: Sequence[Entrant], baselines: Sequence[Entrant]) -> bool:
    """Whether an adaptation, which then stands for the untouched base, reads the rows with a baseline."""
    shared = {reads_as(session, each) for each in baselines} - {None}
    return any(reads_as(session, each) in shared for each in measured if each not in baselines)


def _kept(session: Session) -> Path:
    return session.folder.work / "opened.json"
