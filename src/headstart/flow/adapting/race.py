"""The race: baselines, then adaptations, from cheap evidence to dear, as far as time allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.flow.adapting.field import Field
from headstart.flow.adapting.judging import judge_on_folds
from headstart.flow.adapting.populating.populate import populate
from headstart.flow.adapting.winning import winner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headstart.core.plan import Candidate, Plan
    from headstart.core.trial import Trial
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.proposing import Proposing
    from headstart.flow.adapting.session import Session

NOTHING_ALLOWED = "no adaptation that was fitted keeps what --max-latency and --max-size allow"


@dataclass(frozen=True, kw_only=True)
class Raced:
    """The trials of a run, and whom they speak for.

    Args:
        baselines: by name, whatever became of them.
        candidates: the adaptations in the order in which they entered.
        untouched: the first rung, which stands for the untouched base.
        winner: the adaptation that the evidence speaks for; None when none was fitted.
        selection: how it was chosen, in plain words.
        population: steps of its members, where one was trained.
    """

    baselines: dict[str, Entrant]
    candidates: tuple[Entrant, ...]
    untouched: Entrant | None
    winner: Entrant | None
    selection: tuple[str, ...]
    population: tuple[Trial, ...] = ()

    @property
    def all(self) -> tuple[Entrant, ...]:
        """Every entrant once."""
        found = [*self.baselines.values(), *self.candidates]
        known = {id(each) for each in found}
        return (*found, *([self.untouched] if self.untouched and id(self.untouched) not in known else ()))


def race(
    session: Session,
    plan: Plan,
    first_rung: Candidate | None,
    *,
    folds: int,
    proposing: Proposing | None,
    shorter: Callable[[Candidate], Sequence[Candidate]] = lambda _: (),
    asked: bool = False,
) -> Raced:
    """Fits what the plan lists as far as it may still win; what can't finish in time is left out.

    Args:
        session: the run at work.
        plan: baselines and adaptations.
        first_rung: the candidate that stands for the untouched base.
        folds: in how many parts the rows may be judged; 1 where they must not be shuffled.
        proposing: proposes further settings of what leads; None to try what is planned alone.
        shorter: a candidate with shorter trainings, the longest first, for when time is short.
        asked: whether a person named what is to be tried; then baselines after the first wait for it where
            there is no time for both.
    """
    held = Field(session=session, plan=plan, folds=folds, shorter=shorter, asked=asked)
    held.measure_baselines()
    held.halve(first_rung)
    held.measure_late()
    held.measure_untouched()
    judge_on_folds(held)
    if proposing is not None and getattr(proposing.search, "continues", False):
        populate(held, proposing)
    elif proposing is not None:
        held.search(proposing)
    winner = winner_of(held)
    if winner is None and any(each.trial for each in held.entrants):
        held.said.append(f"Only baselines are left: {NOTHING_ALLOWED}.")
    return Raced(
        baselines={each.candidate.name: each for each in held.baselines},
        candidates=tuple(held.entrants),
        untouched=held.untouched,
        winner=winner,
        selection=tuple(held.said),
        population=tuple(held.population),
    )
