"""The candidates of a race with their trials, and who runs next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from headstart.core.portion import Portion
from headstart.flow.adapting.closing import comparing_s, kept_s
from headstart.flow.adapting.entering import Entering
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.evidence import Evidence
from headstart.flow.adapting.in_order import in_order
from headstart.flow.adapting.judging import FEWEST, MOST_FINALISTS
from headstart.flow.adapting.opening import Opening
from headstart.flow.adapting.rungs import next_share, rungs_of
from headstart.flow.adapting.same_order import same_order
from headstart.flow.adapting.telling import proposals, tell_dropped, tell_leading
from headstart.flow.adapting.waiting import waits
from headstart.race.halving import Runner, hopeful, promoted, reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from headstart.core.plan import Candidate, Plan
    from headstart.core.trial import Trial
    from headstart.flow.adapting.proposing import Proposing
    from headstart.flow.adapting.session import Session

# So many proposals in a row that do not lead end a search.
PATIENCE = 3
# So many in a row for which there is no time end it too: others may take less.
MOST_SKIPPED = 3
# So many portions tell whether a newcomer leads; before, it must not be more than the noise behind.
ENOUGH = 3


@dataclass(kw_only=True)
class Field:
    """A race as it goes.

    Args:
        session: the run at work.
        plan: baselines and adaptations.
        folds: in how many parts the rows may be judged.
        baselines: those that have been measured.
        entrants: the adaptations that have entered.
        gone: places of those that run no more.
        finalists: places of those that the evidence can't tell apart, the most promising first.
        said: what was decided, in plain words.
        population: steps of its members, where one was trained.
        first: the first rung of the ladder, which stands for the untouched base.
        apart: its fits, where it is none of the candidates.
        shorter: a candidate with shorter trainings, the longest first.
        asked: whether a person named what is to be tried.
        late: baselines that wait until what was named has been tried.
    """

    session: Session
    plan: Plan
    folds: int
    baselines: list[Entrant] = field(default_factory=list)
    entrants: list[Entrant] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    finalists: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    population: list[Trial] = field(default_factory=list)
    first: Candidate | None = None
    apart: Entrant | None = None
    shorter: Callable[[Candidate], Sequence[Candidate]] = lambda _: ()
    asked: bool = False
    late: list[Candidate] = field(default_factory=list)
    _led: dict[tuple[str, ...], int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.evidence = Evidence(session=self.session)
        self._entering = Entering(
            shorter=self.shorter, left_s=self.left_s, known=self.known, within_s=self.session.clock.within_s
        )
        self._opening = Opening(session=self.session)
        self.shares = rungs_of(self.session.dataset.split)
        self.session.rungs = len(self.shares)

    def measure_baselines(self) -> None:
        """A verdict needs one more than anything else, and the others too, unless something was asked for."""
        for each in self.plan.baselines:
            if waits(self, each):
                self.late.append(each)
            else:
                self._measure(each)
        self._open_what_fits()

    def measure_late(self) -> None:
        """Those that would have taken the time of what was asked for, as far as there is any left."""
        for each in self.late:
            self._measure(each)
        places = {each.name: place for place, each in enumerate(self.plan.baselines)}
        self.baselines.sort(key=lambda each: places[each.candidate.name])
        self._open_what_fits()

    def _measure(self, baseline: Candidate) -> None:
        entrant = Entrant(candidate=baseline)
        self.baselines.append(self.run(entrant, self.portion(), with_refit=False))

    def halve(self, first_rung: Candidate | None) -> None:
        """Every candidate gets the first rung, and those that could still win get the next."""
        listed = in_order(self.plan.candidates, first=first_rung, sign=self._sign)
        waiting = same_order(self.session.folder.work / "order.json", listed)
        self.entrants.clear()
        self.first = first_rung
        while (place := self._next(waiting)) is not None:
            entrant = self.entrants[place]
            self.entrants[place] = self.run(entrant, self._rung(entrant), with_refit=False)
            self._runs_on(place)

    def _rung(self, entrant: Entrant) -> Portion:
        """The rows that an entrant learns from next."""
        if entrant.candidate == self.first:
            return self.portion()
        left_s, shares = self.left_s(entrant), self.shares[len(self._runner(entrant).scores) :]
        known = partial(self.known, entrant.candidate)
        return self.portion(share=next_share(entrant, shares, left_s=left_s, known=known))

    def known(self, candidate: Candidate, *shares: float) -> bool:
        """Whether an earlier process of this run has fitted a candidate, on such a share of the rows."""
        portions = [self.portion(share=each) for each in shares or self.shares]
        return any(self.session.known(candidate, role="trial", portion=each) for each in portions)

    def _runs_on(self, place: int) -> bool:
        """Whether the last fit of a runner ended well, and what came out of it may ship; else it is out."""
        trial = self.entrants[place].trials[-1]
        broken = self.session.caps.broken(self.evidence.footprint(trial)) if trial.status == "done" else ()
        if broken:
            # Were it left in, it would drive those out that may ship.
            self.drop([place], "; ".join(broken))
        elif trial.status != "done":
            self.gone.add(place)
        return place not in self.gone

    def _next(self, waiting: list[Candidate]) -> int | None:
        runners = [self._runner(each, out=place in self.gone) for place, each in enumerate(self.entrants)]
        if (place := promoted(runners, rungs=len(self.shares))) is not None:
            return place
        if waiting:
            self.entrants.append(self._entering.take(waiting, first=self.first))
            return len(self.entrants) - 1
        return hopeful(runners, rungs=len(self.shares), best=self._best)

    def left_s(self, entrant: Entrant, *, with_refit: bool = True) -> float:
        """Seconds that are left for fits of an entrant, with what its refit takes kept by default."""
        return self.session.clock.left_s - self.kept_s(entrant, with_refit=with_refit)

    def _runner(self, entrant: Entrant, *, out: bool = False) -> Runner:
        return Runner(scores=entrant.scores(self.shares, sign=self._sign), out=out)

    def ranked(self, most: int) -> list[int]:
        """Places of those that are not clearly behind, the most promising first; the others run no more."""
        there = [place for place, each in enumerate(self.entrants) if each.trial and place not in self.gone]
        if not there:
            return []
        standing = self.evidence.standings([self.entrants[place] for place in there])
        ranked = sorted(zip(there, standing, strict=True), key=lambda each: -each[1].merit)
        kept = [place for place, each in ranked if not each.beaten][:most]
        self.drop(set(there) - set(kept), "clearly behind who leads, or not among the best few")
        tell_leading(self.session.display, [self.entrants[place] for place in kept[:1]])
        return kept

    def drop(self, places: Iterable[int], reason: str) -> None:
        """These run no more, for a reason that those who watch are told."""
        fresh = set(places) - self.gone
        self.gone |= fresh
        tell_dropped(self.session.display, [self.entrants[place] for place in sorted(fresh)], reason)

    def search(self, proposing: Proposing) -> None:
        """Further settings of the leading strategy, as long as they are expected to help."""
        patience, tried, skipped = PATIENCE, 0, 0
        while patience and self.finalists and skipped < MOST_SKIPPED:
            leader = self.entrants[self.finalists[0]]
            candidate = proposing.after(self.entrants, leader.candidate)
            if candidate is None:
                self.said.append(f"{leader.candidate.name} has no further settings worth a try.")
                return
            self.entrants.append(Entrant(candidate=candidate))
            place = len(self.entrants) - 1
            better = self.challenge(place)
            trials = self.entrants[place].trials
            if trials[-1].status == "skipped":
                # What had a part of its fits only is as far as time goes.
                skipped = MOST_SKIPPED if len(trials) > 1 else skipped + 1
                continue
            tried, patience, skipped = tried + 1, PATIENCE if better else patience - 1, 0
        if skipped == MOST_SKIPPED:
            short = f"{proposals(tried)} before time was up."
            self.said.append(short if tried else "There was no time to try further settings.")
        elif tried:
            self.said.append(
                f"{proposals(tried)}; the last {PATIENCE} of them did not lead, and so it ended."
            )

    def challenge(self, place: int) -> bool:
        """Whether a newcomer, judged as the leader was, comes out ahead; it is dropped once it can't."""
        leader = self.entrants[self.finalists[0]]
        # A first rung is of no use without the last one.
        first = self._rung(self.entrants[place]).share
        portions = [self.portion(share=share) for share in self.shares if share >= first]
        portions += [each.portion for each in leader.done if each.portion not in portions]
        for portion in portions:
            entrant = self.entrants[place]
            self.entrants[place] = self.run(entrant, portion)
            if not self._runs_on(place):
                return False
            if not self._hopes(place, leader):
                self.drop([place], "it could no longer lead")
                return False
        standing = self.evidence.standings([leader, self.entrants[place]])
        ahead = standing[1].behind <= 0 and standing[0].behind > 0
        if ahead:
            self.finalists.insert(0, place)
            tell_leading(self.session.display, [self.entrants[place]])
        else:
            self.drop([place], "not ahead on what the leader was judged by")
        return ahead

    def _hopes(self, place: int, leader: Entrant) -> bool:
        """Whether a newcomer may still lead."""
        entrant, rungs = self.entrants[place], len(self.shares)
        if entrant.trial is not None:
            standing = self.evidence.standings([leader, entrant])[1]
            return standing.behind <= 0 or (standing.equal and len(entrant.done) < ENOUGH)
        runners = [self._runner(each) for each in self.entrants]
        return reach(runners, place, rungs=rungs, best=self._best) > self._runner(leader).scores[-1]

    def measure_untouched(self) -> None:
        """Fits what stands for the untouched base, if it was no candidate: it is tested beside the winner."""
        if self.first is not None and self.untouched is None:
            entrant = Entrant(candidate=self.first)
            self.apart = self.run(entrant, self.portion(), with_refit=False)

    @property
    def untouched(self) -> Entrant | None:
        """The entrant that stands for the untouched base."""
        return next((each for each in self.entrants if each.candidate == self.first), self.apart)

    @property
    def _sign(self) -> float:
        return 1.0 if self.session.metric.greater_is_better else -1.0

    @property
    def _best(self) -> float:
        """The best that a metric can be, signed so that more is better."""
        return 100.0 * self.session.metric.unit if self.session.metric.greater_is_better else 0.0

    def run(self, entrant: Entrant, portion: Portion, *, with_refit: bool = True) -> Entrant:
        """The entrant with a fit on a portion, whatever became of it."""
        kept_s = self.kept_s(entrant, with_refit=with_refit)
        trial = self.session.fit(entrant.on(portion.share), reserve_s=kept_s, portion=portion)
        entrant = entrant.with_trial(replace(trial, candidate=entrant.planned(portion.share)))
        self._open_what_fits(entrant)
        return entrant

    def _open_what_fits(self, *fresh: Entrant) -> None:
        measured = [*self.baselines, *self.entrants, *fresh]
        self._opening.revise(measured, baselines=self.baselines)

    def portion(self, *, share: float = 1.0) -> Portion:
        """A share of the rows outside the dev rows, which judge."""
        return Portion(folds=self.folds, share=share)

    def kept_s(self, entrant: Entrant, *, with_refit: bool = True) -> float:
        """What has to be left when a fit of this entrant ends."""
        base = entrant if entrant.candidate == self.first else self.untouched
        fitted = [each for each in self.entrants if each.trial]
        models = len(self.finalists) or min(MOST_FINALISTS, len(fitted))
        portions = 1 + max((len(each.done) for each in fitted), default=0)
        late = [entrant] if entrant.candidate in self.late else []
        return comparing_s(self.session, models=max(FEWEST, models), portions=portions) + kept_s(
            self.session,
            baselines=[*self.baselines, *late],
            untouched=base if base is entrant or (base is not None and base.trial) else None,
            leader=self._leader,
            entrant=entrant,
            with_refit=with_refit,
        )

    @property
    def _leader(self) -> Entrant | None:
        """Who is ahead of those that run on: the first of the finalists, or else the most promising."""
        if self.finalists:
            return self.entrants[self.finalists[0]]
        there = [each for place, each in enumerate(self.entrants) if each.trial and place not in self.gone]
        if not there:
            return None
        trials = tuple(trial.key for each in there for trial in each.done)
        if trials not in self._led:
            merits = [each.merit for each in self.evidence.standings(there)]
            self._led = {trials: merits.index(max(merits))}
        return there[self._led[trials]]
