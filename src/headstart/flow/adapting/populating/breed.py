"""Members that train side by side in steps, the worse going on from checkpoints of the better."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from headstart.core.course import NEARLY
from headstart.core.plan import Cost
from headstart.core.search import Proposal, Tried
from headstart.core.trial import MEMBER
from headstart.flow.adapting.populating.member import JOB
from headstart.flow.adapting.populating.size import passes_after
from headstart.race.folder import CHECKPOINT
from headstart.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from headstart.core.course import Course
    from headstart.core.knob import Knob
    from headstart.core.plan import Candidate
    from headstart.core.portion import Portion
    from headstart.core.search import Search
    from headstart.core.trial import Trial
    from headstart.flow.adapting.populating.size import Pace, Size
    from headstart.flow.adapting.session import Session

# So many failures in a row are no accident.
MOST_FAILED = 3
# A candidate with these settings at its start, which follows this course.
Make = Callable[[Mapping[str, Any], "Course"], "Candidate"]


@dataclass(frozen=True, kw_only=True)
class Member:
    """A training as far as one of its steps has taken it.

    Args:
        trial: the step as it went.
        tried: the same as the search knows it.
        start: settings of the training's start, of those that are searched.
        course: what has changed since.
    """

    trial: Trial
    tried: Tried
    start: Mapping[str, Any]
    course: Course

    @property
    def score(self) -> float:
        """Greater is better; not a number where it failed."""
        return math.nan if self.tried.score is None else self.tried.score


@dataclass(kw_only=True)
class Breeding:
    """Asks a search for members, trains each a step further, and starts nothing that can't end in time.

    All members of a step learn from the same rows for as many passes, and are judged by the same rows.
    The search knows nothing but their scores, and where a step has been made by an earlier process of
    the run it is taken as it was. So a run that was killed goes on with the member at which it stopped.

    Args:
        session: the run at work.
        search: proposes members, as many and in as many steps as `size` says.
        space: the settings that are searched, all of which may change on the way.
        make: makes the candidate of a member.
        size: members and steps.
        pace: what their trainings take.
        portion: the rows that they learn from and that judge them.
        sign: 1 where greater scores are better, -1 where less is.
        reserve_s: seconds that have to be left when a step ends.
        members: those that have ended, in order.
        trials: all steps that were begun, in order.
        complete: the last step that all have made.
        ended: why it ended before its end, in plain words; empty where it did not.
    """

    session: Session
    search: Search
    space: Sequence[Knob]
    make: Make
    size: Size
    pace: Pace
    portion: Portion
    sign: float
    reserve_s: float
    members: list[Member] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    complete: int = 0
    ended: str = ""

    def run(self) -> None:
        """Trains all members to the end, or as far as time allows."""
        failures = 0
        while not self.ended:
            tried = [each.tried for each in self.members]
            proposal = self.search.propose(self.space, tried, seed=self.session.seed)
            if not isinstance(proposal, Proposal):
                self._made(self.size.steps)
                break
            step = self._step(proposal.fidelity)
            self._made(step - 1)
            member = self._trained(proposal)
            if member is None:
                self.ended = f"time was up in step {step} of {self.size.steps}"
                break
            self.members.append(member)
            failures = failures + 1 if math.isnan(member.score) else 0
            if failures == MOST_FAILED:
                self.ended = f"{MOST_FAILED} members in a row failed: {member.trial.message}"
        self._forget(self.size.steps)

    @property
    def best(self) -> Member | None:
        """The best member of the last step that all have made."""
        there = [each for each in self._at(self.complete) if not math.isnan(each.score)]
        return max(there, key=lambda each: each.score, default=None)

    @property
    def copies(self) -> int:
        """How often a member went on from a better one with other settings than that one had."""
        return sum(
            each.tried.params != self.members[each.tried.parent].tried.params
            for each in self.members
            if each.tried.parent is not None
        )

    def _trained(self, proposal: Proposal) -> Member | None:
        """The member that a proposal asks for, a step further; None when time was up."""
        parent = None if proposal.parent is None else self.members[proposal.parent]
        start = proposal.params if parent is None else parent.start
        course = () if parent is None else _extended(parent, proposal.params)
        trial = self._planned(proposal, start, course, parent)
        if (
            not self._reached(trial)
            and self.session.clock.left_s - self.reserve_s < trial.candidate.cost.seconds
        ):
            return None
        request = {
            **self.session.request(trial),
            "parent": None if parent is None else str(self._checkpoint(parent.trial)),
            "until": trial.until,
        }
        ended = self.session.made(trial, JOB, request, reserve_s=self.reserve_s)
        self.trials.append(ended)
        if ended.status != "failed" and not self._reached(ended):
            # There may be more time when the run goes on.
            (self.session.folder.trials / ended.key / "outcome.json").unlink(missing_ok=True)
            return None
        score = math.nan if ended.dev_score is None else self.sign * ended.dev_score
        tried = Tried(params=proposal.params, score=score, fidelity=proposal.fidelity, parent=proposal.parent)
        return Member(trial=ended, tried=tried, start=start, course=course)

    def _reached(self, trial: Trial) -> bool:
        """Whether a step was made to its end."""
        return float(self.session.outcome(trial).get("fraction", 0.0)) >= trial.until - NEARLY

    def _planned(
        self, proposal: Proposal, start: Mapping[str, Any], course: Course, parent: Member | None
    ) -> Trial:
        step = self._step(proposal.fidelity)
        until, before = (
            passes_after(each, steps=self.size.steps, passes=self.pace.passes) for each in (step, step - 1)
        )
        whole = self.make(start, course)
        cost = Cost(seconds=self.pace.step_s(until - before), peak_bytes=whole.cost.peak_bytes)
        candidate = replace(whole, cost=cost, variant=len(self._at(step)))
        trial = self.session.begun(candidate, role=MEMBER, portion=self.portion, decision=None)
        share, origin = until / self.pace.passes, "" if parent is None else parent.trial.key
        # Two members of one course may have come to it from different parents.
        told = f"{trial.key} {origin} {until} of {self.pace.passes}"
        key = hashlib.sha256(told.encode()).hexdigest()[:16]
        return replace(trial, key=key, step=step, until=share, parent=origin)

    def _step(self, fidelity: float) -> int:
        return round(fidelity * self.size.steps)

    def _at(self, step: int) -> list[Member]:
        return [each for each in self.members if each.trial.step == step]

    def _checkpoint(self, trial: Trial) -> Path:
        return self.session.folder.trials / trial.key / CHECKPOINT

    def _forget(self, step: int) -> None:
        """Removes the checkpoints of this step and of those before it."""
        for each in self.members:
            if each.trial.step <= step:
                self._checkpoint(each.trial).unlink(missing_ok=True)

    def _made(self, step: int) -> None:
        """All have made a step: those who watch are told, and what nobody goes on from any more is gone."""
        if step == self.complete:
            return
        self.complete = step
        self._forget(step - 1)
        scores = [each.score for each in self._at(step) if not math.isnan(each.score)]
        if scores:
            self.session.display.say(
                f"  population: step {step} of {self.size.steps}, {len(scores)} members from "
                f"{number(self.sign * min(scores))} to {number(self.sign * max(scores))}"
            )


def _extended(parent: Member, params: Mapping[str, Any]) -> Course:
    """The course of the parent, and what becomes another at the end of its step."""
    changed = {name: value for name, value in params.items() if value != parent.tried.params.get(name)}
    return (*parent.course, (parent.trial.until, changed)) if changed else parent.course
