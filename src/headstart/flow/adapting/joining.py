"""Entrants that do better together, as one more entrant."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.combination import answers_of
from headstart.core.plan import Cost
from headstart.evaluation.choice import choose, standings
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.handover import read_predictions, write_rows
from headstart.planning.combined import combined_candidate
from headstart.race.folder import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from headstart.core.portion import Portion
    from headstart.flow.adapting.evidence import Evidence
    from headstart.flow.adapting.session import Session

# Choosing among more of them takes long and chooses by luck.
MOST_MEMBERS = 6
# Opening a model, and predicting rows with averaged weights, as often as there are members.
OPEN_S, MAKE_S = 1.0, 2.0
CHOOSE = "headstart.flow.adapting.choosing:choose"
# What was asked when the choice beside it was made.
ASKED = "asked.json"


@dataclass(frozen=True, kw_only=True)
class Joining:
    """Tries every kind of combination on what has been fitted.

    Args:
        session: the run at work.
        evidence: reads what the trials left.
    """

    session: Session
    evidence: Evidence

    def best(self, winner: Entrant, others: Sequence[Entrant], *, reserve_s: float) -> Entrant | None:
        """The combination that wins over the winner alone; None where none does or time is short.

        Args:
            winner: what was best alone.
            others: whoever may join it, those that were judged as it was.
            reserve_s: seconds that have to be left.
        """
        portions = [each.portion for each in winner.done]
        able = [each for each in others if set(portions) <= {trial.portion for trial in each.done}]
        members = self._cheapest_first([winner, *able][:MOST_MEMBERS])
        if len(members) < 2:
            return None
        task = self.session.dataset.split.task
        rows = [str(each) for each in self._rows(portions)]
        found = [
            entrant
            for name in registry.names("combine")
            if task.answer in answers_of(registry.load("combine", name))
            and (entrant := self._tried(name, members, portions, rows=rows, reserve_s=reserve_s)) is not None
        ]
        # Made, a combination may be larger or slower than its members led to expect.
        return self._ahead(winner, self.evidence.allowed(found), portions)

    def _tried(
        self,
        name: str,
        members: Sequence[Entrant],
        portions: Sequence[Portion],
        *,
        rows: Sequence[str],
        reserve_s: float,
    ) -> Entrant | None:
        place = self.session.folder.work / f"choice-{name}"
        request = {
            "combination": {"use": name, "params": {}},
            "task": registry.spec(self.session.dataset.split.task),
            "metric": registry.spec(self.session.metric),
            "rows": rows,
            "members": [self._member(each, portions) for each in members],
            "wish": self.session.wish,
            "seed": self.session.seed,
            "caps": {"row_ms": self.session.caps.row_ms, "bytes": self.session.caps.bytes},
        }
        choice = self._chosen(request, place, len(members) * len(portions) * OPEN_S, reserve_s=reserve_s)
        return self._made(name, choice, members, reserve_s=reserve_s) if choice.get("weights") else None

    def _chosen(
        self, request: dict[str, Any], place: Path, predicted_s: float, *, reserve_s: float
    ) -> dict[str, Any]:
        """What the members come to, as an earlier process of this run has found or as a worker finds now.

        Less time is left where a run goes on, and what it had found must not be lost for that.
        """
        told = json.loads(json.dumps(request))
        if read_json(place / ASKED) != told:
            if self.session.clock.left_s - reserve_s < predicted_s + MAKE_S:
                return {}
            title = f"combine: {request['combination']['use']}"
            if not self.session.ask(CHOOSE, request, place=place, title=title, reserve_s=reserve_s):
                return {}
            write_json(place / ASKED, told)
        return read_json(place / "choice.json") or {}

    def _made(
        self, name: str, choice: dict[str, Any], members: Sequence[Entrant], *, reserve_s: float
    ) -> Entrant | None:
        """The members that have a share, made one model, as they were fitted on the train rows."""
        weights = choice["weights"]
        used = tuple(itertools.compress(members, weights))
        shares = [each for each in weights if each]
        candidate = combined_candidate(
            {"use": name, "params": {}},
            [each.settled() for each in used],
            shares,
            cost=Cost(seconds=MAKE_S, peak_bytes=max(each.candidate.cost.peak_bytes for each in used)),
        )
        trials = [each.trial for each in used if each.trial is not None]
        trial = self.session.combine(candidate, trials, reserve_s=reserve_s, decision=choice["decision"])
        if trial.status != "done":
            return None
        entrant = Entrant(candidate=candidate, members=used, decision=choice["decision"])
        return entrant.with_trial(trial)

    def _ahead(
        self, winner: Entrant, found: Sequence[Entrant], portions: Sequence[Portion]
    ) -> Entrant | None:
        if not found:
            return None
        classes = self.session.dataset.split.task.classes
        told = [read_predictions(self._place(each) / "dev.npz", classes) for each in found]
        standing = standings(
            [self.evidence.of(winner, portions).decided, *told],
            metric=self.session.metric,
            gold=self.evidence.gold(portions),
            groups=self.evidence.groups(portions),
            seed=self.session.seed,
        )
        place = choose(standing, self.evidence.run_costs([winner, *found]))
        return found[place - 1] if place else None

    def _cheapest_first(self, entrants: Sequence[Entrant]) -> list[Entrant]:
        costs = self.evidence.run_costs(entrants)
        return [entrants[place] for place in sorted(range(len(entrants)), key=costs.__getitem__)]

    def _place(self, entrant: Entrant) -> Path:
        return self.session.folder.work / f"choice-{entrant.candidate.name}"

    def _member(self, entrant: Entrant, portions: Sequence[Portion]) -> dict[str, Any]:
        fits = {each.portion: each for each in entrant.done}
        footprint = self.evidence.footprint(fits[portions[0]])
        return {
            "name": entrant.candidate.label,
            "fits": [str(self.session.folder.trials / fits[each].key) for each in portions],
            "footprint": {"bytes": footprint.bytes, "row_ms": footprint.row_ms},
        }

    def _rows(self, portions: Sequence[Portion]) -> Iterator[Path]:
        for number, each in enumerate(portions):
            path = self.session.folder.work / f"judging-{number}.parquet"
            write_rows(self.evidence.judging(each), path)
            yield path
