"""A candidate with its trials, and what they found."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from statistics import median_low
from typing import TYPE_CHECKING, Any

from headstart.core.plan import Candidate, Cost, Step
from headstart.flow.adapting.as_it_is import as_it_is

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.trial import Trial

# What a fit does once, whatever its rows, and what smaller steps cost more: a share of the time it takes on
# all of them. Fits on a quarter of 2,000 rows took 0.46 to 0.58 of that.
ONCE = 0.35


@dataclass(frozen=True, kw_only=True)
class Entrant:
    """A candidate in the race.

    Args:
        candidate: what is fitted, as planned.
        trials: its fits in the order they were made, whatever their status.
        members: what a combination is made of; empty for all else.
        decision: the rule that the choice of the members found, for a combination.
    """

    candidate: Candidate
    trials: tuple[Trial, ...] = ()
    members: tuple[Entrant, ...] = ()
    decision: Mapping[str, Any] | None = None

    def with_trial(self, trial: Trial) -> Entrant:
        """The same with one trial more."""
        return replace(self, trials=(*self.trials, trial))

    @property
    def done(self) -> tuple[Trial, ...]:
        """The trials on all rows outside their fold that ran to their end."""
        return tuple(each for each in self.trials if each.status == "done" and each.portion.whole)

    @property
    def trial(self) -> Trial | None:
        """The one judged by the dev rows, where it ran to its end."""
        first = [each for each in self.done if not (each.portion.fold or each.portion.repeat)]
        return first[0] if first else None

    @property
    def ready(self) -> bool:
        """Whether its model is measured as it is: it may have learnt from the rows of any fold."""
        return not self.members and as_it_is(self.candidate.steps[-1].use)

    @property
    def seconds(self) -> float:
        """What one fit takes: as measured, or else as predicted; that of all members for a combination."""
        if self.members:
            return sum(each.seconds for each in self.members)
        trial = self.trial
        return trial.cost.seconds if trial is not None and trial.cost else self.candidate.cost.seconds

    @property
    def message(self) -> str:
        """Why there is no trial that ran to its end."""
        return next((each.message for each in reversed(self.trials) if each.message), "")

    def scores(self, shares: Sequence[float], *, sign: float) -> tuple[float, ...]:
        """Its scores on dev after each share of the rows as far as it has come, NaN where it failed.

        Args:
            shares: those that a race has, in order.
            sign: 1 where greater scores are better, -1 where less is; then greater ones always are.
        """
        on_dev = [each for each in self.trials if not (each.portion.fold or each.portion.repeat)]
        by_share = {each.portion.share: each for each in on_dev}
        scores: list[float] = []
        for share in shares:
            trial = by_share.get(share)
            if trial is None and share < 1.0 and 1.0 in by_share:
                # It went straight to all rows; its place at the lower rung is not known.
                scores.append(math.nan)
            elif trial is None:
                break
            else:
                scores.append(math.nan if trial.dev_score is None else sign * trial.dev_score)
        return tuple(scores)

    def on(self, share: float) -> Candidate:
        """The candidate with what a fit on a share of the rows should cost, by what its fits took so far."""
        return self._costing(self.seconds, share)

    def planned(self, share: float) -> Candidate:
        """The candidate with what a fit on a share of the rows was predicted to cost, before any was made."""
        return self._costing(self.candidate.cost.seconds, share)

    def _costing(self, whole_s: float, share: float) -> Candidate:
        cost = Cost(
            seconds=whole_s * (ONCE + (1.0 - ONCE) * share), peak_bytes=self.candidate.cost.peak_bytes
        )
        return replace(self.candidate, cost=cost)

    def settled(self) -> Candidate:
        """The candidate with the settings that its trials found while fitting."""
        if self.members:
            return self.candidate
        found = settings([each.chosen for each in self.done])
        last = self.candidate.steps[-1]
        steps = (*self.candidate.steps[:-1], Step(use=last.use, params={**last.params, **found}))
        return replace(self.candidate, steps=steps)


def settings(chosen: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What several fits chose, as one: the most frequent names, and the median of the numbers beside them.

    Args:
        chosen: settings of each fit; earlier ones win ties.
    """
    if not chosen:
        return {}
    kinds = [
        tuple((key, str(value)) for key, value in each.items() if not _is_number(value)) for each in chosen
    ]
    usual = Counter(kinds).most_common(1)[0][0]
    alike = [each for each, kind in zip(chosen, kinds, strict=True) if kind == usual]
    return {
        key: median_low([each[key] for each in alike if key in each]) if _is_number(value) else value
        for key, value in alike[0].items()
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
