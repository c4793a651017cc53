"""Where a run stands: every candidate with what is known of it, and what is at work."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from headstart.core.trial import MEMBER
from headstart.flow.adapting.watching.events import (
    Dropped,
    Ended,
    Finished,
    Leading,
    Planned,
    Progressed,
    Started,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.plan import Candidate
    from headstart.flow.adapting.watching.events import Event

WAITS, RUNS, DONE, DROPPED = "waits", "runs", "done", "dropped"
FAILED, STOPPED, SKIPPED = "failed", "stopped", "skipped"
# Fits after the race say nothing of who is ahead in it, nor do parts of trainings.
BESIDE_THE_RACE = ("refit", "half", "quarter", "test", MEMBER)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One candidate.

    Args:
        candidate: what it is.
        baseline: whether it is one.
        state: `waits`, `runs`, `done`, `dropped`, `failed`, `stopped` or `skipped`.
        why: why it was dropped, has failed or was left out.
        rung: the rung it has come to.
        scores: on dev, one a fold, of the highest rung that has any.
        scored: that rung.
        fits: fits that are over.
        predicted_s: what its fits should have taken, that at work included.
        actual_s: what the fits that are over took.
        changed: number of the event that last changed its state.
    """

    candidate: Candidate
    baseline: bool = False
    state: str = WAITS
    why: str = ""
    rung: int | None = None
    scores: tuple[float, ...] = ()
    scored: int | None = None
    fits: int = 0
    predicted_s: float = 0.0
    actual_s: float = 0.0
    changed: int = 0

    @property
    def score(self) -> float | None:
        """Mean over the folds of the highest rung that has any."""
        return sum(self.scores) / len(self.scores) if self.scores else None


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is at work.

    Args:
        started: what it is.
        since_s: reading of the monotonic clock when it began.
        fraction: share that is done.
        note: what it is busy with.
    """

    started: Started
    since_s: float
    fraction: float = 0.0
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Board:
    """All of it at one moment; each event makes a new board.

    Args:
        rows: by the candidate's key, in the order in which they were planned.
        work: what is at work, if anything.
        leader: key of who is ahead, as the race says.
        metric: name of what decides.
        greater_is_better: whether more of it is better.
        rungs: rungs of the race, where it has any.
        events: events so far.
    """

    rows: Mapping[str, Row] = field(default_factory=dict)
    work: Work | None = None
    leader: str | None = None
    metric: str = ""
    greater_is_better: bool = True
    rungs: int | None = None
    events: int = 0

    def after(self, event: Event, *, now_s: float) -> Board:
        """The board once this has happened, at this reading of the monotonic clock."""
        return replace(self._after(event, now_s), events=self.events + 1)

    def _after(self, event: Event, now_s: float) -> Board:
        match event:
            case Planned():
                return self._planned(event)
            case Started():
                return self._started(event, now_s)
            case Progressed(fraction=fraction, note=note):
                work = self.work and replace(self.work, fraction=fraction, note=note)
                return replace(self, work=work)
            case Finished():
                return replace(self, work=None)
            case Ended():
                return self._ended(event)
            case Dropped(candidate=candidate, why=why):
                return self._with(candidate, state=DROPPED, why=why)
            case Leading(candidate=candidate):
                return replace(self, leader=key(candidate))
            case _:
                return self

    @property
    def ranked(self) -> tuple[Row, ...]:
        """Rows with a score, the best first, the earlier of equals before the later."""
        sign = -1 if self.greater_is_better else 1
        scored = [row for row in self.rows.values() if row.score is not None]
        return tuple(sorted(scored, key=lambda row: (-(row.scored or 0), sign * (row.score or 0.0))))

    @property
    def ahead(self) -> Row | None:
        """Who is ahead: whom the race says, or the best adaptation that is still in it."""
        if self.leader is not None and self.leader in self.rows:
            return self.rows[self.leader]
        running = (row for row in self.ranked if not row.baseline and row.state not in (DROPPED, FAILED))
        return next(running, None)

    def _planned(self, event: Planned) -> Board:
        rows = {key(each): Row(candidate=each, baseline=True) for each in event.baselines}
        rows |= {key(each): Row(candidate=each) for each in event.candidates}
        for name, row in rows.items():
            if row.candidate.blocked:
                rows[name] = replace(row, state=SKIPPED, why=row.candidate.why)
        return replace(
            self,
            rows=rows,
            metric=event.metric,
            greater_is_better=event.greater_is_better,
            rungs=event.rungs,
        )

    def _started(self, event: Started, now_s: float) -> Board:
        work = Work(started=event, since_s=now_s)
        if event.candidate is None or event.role in BESIDE_THE_RACE:
            return replace(self, work=work)
        row = self.rows.get(key(event.candidate)) or Row(candidate=event.candidate)
        predicted_s = row.predicted_s + event.predicted_s
        rung = row.rung if event.rung is None else event.rung
        rungs = self.rungs if event.rungs is None else event.rungs
        board = self._with(event.candidate, state=RUNS, predicted_s=predicted_s, rung=rung)
        return replace(board, work=work, rungs=rungs)

    def _ended(self, event: Ended) -> Board:
        trial = event.trial
        if trial.role in BESIDE_THE_RACE:
            return replace(self, work=None)
        row = self.rows.get(key(trial.candidate)) or Row(candidate=trial.candidate)
        changes: dict[str, Any] = {"rung": row.rung if event.rung is None else event.rung}
        if trial.dev_score is not None:
            before = row.scores if event.rung == row.scored else ()
            changes |= {"scores": (*before, trial.dev_score), "scored": event.rung}
        if trial.cost is not None:
            changes |= {"fits": row.fits + 1, "actual_s": row.actual_s + trial.cost.seconds}
        if event.earlier:
            changes["predicted_s"] = row.predicted_s + trial.candidate.cost.seconds
        board = self._with(trial.candidate, state=trial.status, why=trial.message, **changes)
        return replace(board, work=None)

    def _with(self, candidate: Candidate, **changes: Any) -> Board:
        name = key(candidate)
        row = self.rows.get(name) or Row(candidate=candidate)
        return replace(self, rows={**self.rows, name: replace(row, changed=self.events, **changes)})


def key(candidate: Candidate) -> str:
    """What tells candidates apart: base, strategies and settings."""
    steps = [[step.use, dict(step.params)] for step in candidate.steps]
    return json.dumps([candidate.base, steps], sort_keys=True, default=str)
