"""What the trials say of the candidates: predictions of rows that each had not seen, side by side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart import registry
from headstart.core.evaluation import Footprint
from headstart.core.predictions import Predictions
from headstart.evaluation.choice import Standing, standings
from headstart.evaluation.decide import Wish, decide
from headstart.flow.adapting.handover import read_predictions
from headstart.flow.adapting.portioned import portioned
from headstart.flow.adapting.weighing import weighing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.decision import Decision
    from headstart.core.portion import Portion
    from headstart.core.rows import Rows
    from headstart.core.trial import Trial
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.session import Session


@dataclass(frozen=True, kw_only=True, eq=False)
class OutOfFold:
    """What an entrant's models say of rows that they had not seen.

    Args:
        raw: predictions as the predictors make them.
        decision: the rule that fits the wish, set on these rows.
        decided: the predictions after it.
    """

    raw: Predictions
    decision: Decision
    decided: Predictions


@dataclass(kw_only=True)
class Evidence:
    """Reads what trials left, and compares entrants on the rows that all of them have judged.

    Args:
        session: the run at work.
    """

    session: Session
    _rows: dict[Portion, Rows] = field(default_factory=dict, repr=False)
    _gold: dict[Portion, Int[ndarray, " rows"]] = field(default_factory=dict, repr=False)

    def of(self, entrant: Entrant, portions: Sequence[Portion] = ()) -> OutOfFold:
        """An entrant's predictions on the rows of some portions, of all it has run by default."""
        ran = {each.portion: each for each in entrant.done}
        chosen = list(portions) or list(ran)
        classes = self.session.dataset.split.task.classes
        parts = [
            read_predictions(self.session.folder.trials / ran[each].key / "raw.npz", classes)
            for each in chosen
        ]
        raw = joined(parts)
        wish = Wish(**registry.frozen_values(self.session.wish))
        decision = decide(raw, self.gold(chosen), wish, metric=self.session.metric)
        return OutOfFold(raw=raw, decision=decision, decided=decision.apply(raw))

    def standings(self, entrants: Sequence[Entrant]) -> tuple[Standing, ...]:
        """How entrants stand on the portions that all of them have run; each has run one at least."""
        common = shared(entrants)
        return standings(
            [self.of(each, common).decided for each in entrants],
            metric=self.session.metric,
            gold=self.gold(common),
            groups=self.groups(common),
            seed=self.session.seed,
            weigh=partial(weighing, session=self.session, candidates=[each.candidate for each in entrants]),
        )

    def gold(self, portions: Sequence[Portion]) -> Int[ndarray, " rows"]:
        """True answers of the rows that judge, one portion after the other."""
        task = self.session.dataset.split.task
        for each in portions:
            if each not in self._gold:
                self._gold[each] = np.asarray(task.gold(self.judging(each)))
        return np.concatenate([self._gold[each] for each in portions])

    def run_costs(self, entrants: Sequence[Entrant]) -> list[float]:
        """Milliseconds to predict a row with each of these, in order.

        Networks that do the same work run alike, so that what each of their trials took counts for all of
        them, on the median. A combination that is not one such network takes what its members do.
        """
        took = defaultdict[str, list[float]](list)
        for entrant in {id(each): each for one in entrants for each in (one, *one.members)}.values():
            for trial in entrant.done:
                took[self._runs_as(entrant)].append(self.footprint(trial).row_ms)
        return [self._run_cost(each, took) for each in entrants]

    def _run_cost(self, entrant: Entrant, took: Mapping[str, Sequence[float]]) -> float:
        alike = [each for each in entrant.members if self._runs_as(each) == self._runs_as(entrant)]
        if entrant.members and not alike:
            return sum(self._run_cost(each, took) for each in entrant.members)
        return float(np.median(took[self._runs_as(entrant)] or [0.0]))

    def _runs_as(self, entrant: Entrant) -> str:
        trial = entrant.trial
        key: str | None = None if trial is None else self.session.outcome(trial).get("runs")
        return key or str(id(entrant))

    def allowed(self, entrants: Sequence[Entrant]) -> list[Entrant]:
        """Those whose models keep the bounds on what ships, as far as their fits measured."""
        caps = self.session.caps
        return [each for each in entrants if each.trial and caps.allow(self.footprint(each.trial))]

    def footprint(self, trial: Trial) -> Footprint:
        """What a fitted model takes to keep and to run, as its fit measured."""
        return Footprint.read(self.session.outcome(trial).get("footprint", {}))

    def groups(self, portions: Sequence[Portion]) -> Int[ndarray, " rows"]:
        """Cluster of each row that judges, in the same order."""
        return np.concatenate([self.judging(each).groups for each in portions])

    def judging(self, portion: Portion) -> Rows:
        """The rows that judge a fit on a portion."""
        if portion not in self._rows:
            split = self.session.dataset.split
            _, judging = portioned(
                split.train, split.dev, portion=portion, task=split.task, seed=self.session.seed
            )
            self._rows[portion] = judging
        return self._rows[portion]


def shared(entrants: Sequence[Entrant]) -> list[Portion]:
    """The portions that all entrants have run, in the order of the first one's."""
    every = [{trial.portion for trial in each.done} for each in entrants]
    common = set.intersection(*every) if every else set()
    return [trial.portion for trial in entrants[0].done if trial.portion in common]


def joined(parts: Sequence[Predictions]) -> Predictions:
    """Predictions of several sets of rows, one after the other."""
    common = set.intersection(*(set(each.arrays) for each in parts))
    arrays: dict[str, Any] = {name: np.concatenate([each.arrays[name] for each in parts]) for name in common}
    return Predictions(
        classes=parts[0].classes,
        texts=None
        if any(each.texts is None for each in parts)
        else tuple(text for each in parts for text in each.texts or ()),
        **arrays,
    )
