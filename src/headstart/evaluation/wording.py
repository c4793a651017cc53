"""The verdict in plain words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.wording import (
    WINNER,
    count,
    in_points,
    margin_label,
    metric_label,
    score,
    strategy_label,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.evaluation import Comparison, Evaluation


def open_name(compared: Mapping[str, Comparison], baseline: str) -> str:
    """The baseline over which a verdict is open.

    It is the one that was best on dev or, where that is surely beaten, the one that is least surely.

    Args:
        compared: the winner's comparison with each baseline.
        baseline: the one best on dev, among them.
    """
    if not compared[baseline].low > 0:
        return baseline
    return min(compared, key=lambda each: compared[each].low)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Sentences about one evaluation.

    Args:
        evaluation: what the test rows say.
        winner: what people call the winner, or None.
        baseline: the baseline that was best on dev, or None.
        margin: the difference that matters.
        without: why there is no winner, as a clause.
    """

    evaluation: Evaluation
    winner: str | None
    baseline: str | None
    margin: float
    without: str = "no adaptation ran to its end"

    def sentence(self, outcome: str, ships: str, *, trusted: bool, rarest: int | None) -> str:
        """The verdict in one sentence."""
        if self.winner is None:
            return self._no_winner()
        if self.baseline is None:
            return self._no_baseline()
        if outcome == "adapt":
            return self._adapt()
        if outcome == "baseline":
            return self._keep()
        shipped = self.winner if ships == WINNER else strategy_label(ships)
        found = self._undecided() if trusted or not self._defined else self._few(rarest)
        return f"Inconclusive: {found}; {shipped} ships, {self._reason(ships)}."

    def notes(
        self, outcome: str, *, needed: int | None, shortage: tuple[str, ...], decides: bool = False
    ) -> tuple[str, ...]:
        """What limits the verdict.

        Args:
            outcome: of the verdict.
            needed: test rows that would settle it; None where more would not.
            shortage: what there is too little of for the interval to be trusted.
            decides: whether the interval, were it trusted, would leave nothing open.
        """
        notes = []
        if shortage:
            notes.append(f"The 95 % interval is not to be trusted: there are {' and '.join(shortage)}.")
        if outcome == "inconclusive" and self._comparable:
            notes.append(self._enough(needed) if needed and decides else self._need(needed))
        if unopened := self.evaluation.unopened:
            notes.append(
                f"{self.evaluation.rows:,} of {self.evaluation.rows + unopened:,} sealed rows were opened, "
                "drawn at random: reading more would have taken the time of the fits. "
                "More time (--within) opens more."
            )
        looks = self.evaluation.earlier_looks
        if looks:
            runs = "1 earlier run has" if looks == 1 else f"{looks} earlier runs have"
            notes.append(
                f"{runs} looked at the same test rows. Each look that leads to a change makes the next "
                "verdict on them look better than it is; fresh test rows would settle it."
            )
        if self.evaluation.groups < self.evaluation.rows:
            notes.append(
                f"The {count(self.evaluation.rows, 'test row')} fall into "
                f"{count(self.evaluation.groups, 'group')} of rows that belong together; the interval counts "
                "groups, not rows."
            )
        notes += [
            f"{strategy_label(name)} was not measured: {why.rstrip('.')}."
            for name, why in self.evaluation.not_measured.items()
        ]
        return tuple(notes)

    def assured(self, rare: int) -> tuple[str, ...]:
        """That a verdict stands whatever becomes of the classes with too few test rows.

        Args:
            rare: how many there are.
        """
        compared = self.evaluation.comparisons
        least = min(each.at_worst for each in compared.values() if each.at_worst is not None)
        few, them = ("class has", "it") if rare == 1 else ("classes have", "them")
        return (
            f"{rare} {few} too few test rows to be judged by. The verdict stands all the same: were "
            f"{self.winner} as bad at {them} as those rows leave possible, and every baseline as good, it "
            f"would be ahead of each by {self._number(least).lstrip('+')} points or more.",
        )

    def _adapt(self) -> str:
        compared = self.evaluation.comparisons
        hardest = min(compared, key=lambda name: compared[name].low)
        beaten = "every baseline" if len(compared) > 1 else "the baseline"
        return (
            f"Adapt: {self.winner} beats {beaten} on {self._rows} ({self._value(WINNER)}, "
            f"{self._against(hardest)})."
        )

    def _keep(self) -> str:
        comparison = self.evaluation.comparisons[str(self.baseline)]
        if comparison.low == comparison.high == 0:
            return (
                f"Keep the baseline {self._name}: {self.winner} does exactly as well on {self._rows} "
                f"({self._value(WINNER)})."
            )
        return (
            f"Keep the baseline {self._name}: {self.winner} is not better by as much as {self._margin} on "
            f"{self._rows} ({self._value(WINNER)}, {self._against(str(self.baseline))})."
        )

    def _undecided(self) -> str:
        compared = self.evaluation.comparisons
        if not self._defined:
            label = metric_label(self.evaluation.metric)
            return f"{label} is not defined on {self._rows}, so nothing can be compared"
        if not self._comparable:
            return (
                f"{self._rows} are too few or too alike for an interval around the lead of {self.winner} "
                f"({self._value(WINNER)}, {self._lead(str(self.baseline))})"
            )
        name = open_name(compared, str(self.baseline))
        return (
            f"{self._rows} do not tell whether {self.winner} is better than {strategy_label(name)} "
            f"({self._value(WINNER)}, {self._against(name)})"
        )

    def _few(self, rarest: int | None) -> str:
        few = "" if rarest is None else f", {rarest} of the rarest class,"
        return (
            f"{self._rows}{few} are too few to trust a comparison of {self.winner} with {self._name} "
            f"({self._value(WINNER)}, {self._against(str(self.baseline))})"
        )

    def _reason(self, ships: str) -> str:
        """Why the one that ships does."""
        ours, theirs = (self.evaluation.footprints.get(each) for each in (WINNER, str(self.baseline)))
        if ours is None or theirs is None or not ours.costs_like(theirs):
            return f"the cheaper of {self.winner} and {self._name}"
        other = self._name if ships == WINNER else self.winner
        apart = self.evaluation.comparisons[str(self.baseline)].difference
        ahead = " and is ahead on these rows" if abs(apart) > 0 else ""
        return f"which costs the same to keep and to run as {other}{ahead}"

    def _no_winner(self) -> str:
        return (
            f"Keep the baseline {self._name}: {self.without} "
            f"({self._value(str(self.baseline))} on {self._rows})."
        )

    def _no_baseline(self) -> str:
        return (
            f"Inconclusive: no baseline could be measured, so nothing shows whether {self.winner} "
            f"({self._value(WINNER)} on {self._rows}) is worth its cost; it ships for want of another."
        )

    @property
    def _comparable(self) -> bool:
        compared = self.evaluation.comparisons
        return bool(self.winner and self.baseline) and not any(
            math.isnan(each.low) for each in compared.values()
        )

    @property
    def _defined(self) -> bool:
        return not any(math.isnan(each.difference) for each in self.evaluation.comparisons.values())

    def _need(self, needed: int | None) -> str:
        if needed is None:
            return (
                "The interval is already narrower than the margin: the two are so close that more test "
                "rows would hardly part them."
            )
        return (
            f"About {count(needed, 'test row')} in all would bring the interval's half-width under "
            f"{self._margin}."
        )

    def _enough(self, needed: int) -> str:
        return (
            f"About {count(needed, 'test row')} in all would be enough to trust the interval, and where it "
            "lies now it would decide."
        )

    @property
    def _name(self) -> str:
        return strategy_label(str(self.baseline))

    @property
    def _rows(self) -> str:
        return count(self.evaluation.rows, "sealed row")

    def _value(self, model: str) -> str:
        metric = self.evaluation.metric
        return f"{metric_label(metric)} {score(self.evaluation.scores[model].value, metric)}"

    def _against(self, baseline: str) -> str:
        comparison = self.evaluation.comparisons[baseline]
        ends = f"{self._number(comparison.low)} to {self._number(comparison.high)}"
        return f"{self._lead(baseline)}, 95 % interval {ends}"

    def _lead(self, baseline: str) -> str:
        difference = self.evaluation.comparisons[baseline].difference
        return f"{self._points(difference)} over {strategy_label(baseline)}"

    def _number(self, difference: float) -> str:
        return in_points(difference, self.evaluation.metric, unit=self.evaluation.unit)

    def _points(self, difference: float) -> str:
        return f"{self._number(difference)} points"

    @property
    def _margin(self) -> str:
        return margin_label(self.margin, self.evaluation.metric, unit=self.evaluation.unit)
