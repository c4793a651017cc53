"""What should be done, by three rules, from what the test rows say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.core.evaluation import Verdict
from headstart.evaluation.at_worst import LEAST_CLASS_ROWS
from headstart.evaluation.wording import Wording, open_name
from headstart.wording import WINNER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.evaluation import Comparison, Evaluation

LEAST_ROWS = 200


def judge(
    evaluation: Evaluation,
    *,
    winner_name: str | None,
    best_dev_baseline: str | None,
    margin: float,
    class_rows: Sequence[int] = (),
    without: str = "no adaptation ran to its end",
) -> Verdict:
    """The verdict by three rules, in order.

    `adapt` where the winner is surely better than every baseline; `baseline` where it is surely less
    than the margin better than the baseline that was best on dev; else `inconclusive`, and the
    cheaper of the two ships, or of two that cost the same the one that is ahead. Too few test rows are
    always inconclusive; too few of some classes are, unless the winner would be surely better even if it
    had lost all of these.

    Args:
        evaluation: what the test rows say, with footprints and earlier looks.
        winner_name: what people call the winner, such as `probe on embedded`; None without one.
        best_dev_baseline: the measured baseline that was best on dev; None when none was measured.
        margin: the difference that matters, in the metric's own scale.
        class_rows: test rows of each class; empty for a task without classes.
        without: why there is no winner, as a clause, where there is none.

    Raises:
        ValueError: neither a winner nor a baseline is there, or one that is named has no score.
    """
    named = {"winner": winner_name and WINNER, "baseline": best_dev_baseline}
    for role, key in named.items():
        if key is not None and key not in evaluation.scores:
            raise ValueError(f"the {role} {key!r} has no score; there are: {', '.join(evaluation.scores)}")
    if winner_name is None and best_dev_baseline is None:
        raise ValueError("there is neither a winner nor a baseline to judge")
    return _Case(
        evaluation=evaluation,
        winner=winner_name,
        baseline=best_dev_baseline,
        margin=margin,
        rarest=min(class_rows, default=None),
        rare=sum(each < LEAST_CLASS_ROWS for each in class_rows),
        without=without,
    ).verdict()


@dataclass(frozen=True, kw_only=True)
class _Case:
    evaluation: Evaluation
    winner: str | None
    baseline: str | None
    margin: float
    rarest: int | None
    rare: int
    without: str

    def verdict(self) -> Verdict:
        outcome = self.outcome()
        ships = self.ships(outcome)
        needed = self.rows_needed() if outcome == "inconclusive" else None
        wording = Wording(
            evaluation=self.evaluation,
            winner=self.winner,
            baseline=self.baseline,
            margin=self.margin,
            without=self.without,
        )
        return Verdict(
            outcome=outcome,
            ships=ships,
            sentence=wording.sentence(outcome, ships, trusted=self.trusted, rarest=self.rarest),
            margin=self.margin,
            trusted=self.trusted,
            test_rows_needed=needed,
            notes=wording.notes(
                outcome, needed=needed, shortage=self.shortage(), decides=self.decided() is not None
            )
            + (wording.assured(self.rare) if self.assured else ()),
        )

    @property
    def comparison(self) -> Comparison | None:
        return self.evaluation.comparisons.get(self.baseline or "") if self.winner else None

    @property
    def trusted(self) -> bool:
        return not self.shortage()

    def shortage(self) -> tuple[str, ...]:
        """What there is too little of, in words."""
        rows, short = self.evaluation.rows, []
        if rows < LEAST_ROWS:
            short.append(f"{rows} test rows where {LEAST_ROWS} are needed")
        if self.rarest is not None and self.rarest < LEAST_CLASS_ROWS and not self.assured:
            short.append(f"{self.rarest} of the rarest class where {LEAST_CLASS_ROWS} are needed")
        return tuple(short)

    @property
    def assured(self) -> bool:
        """Whether the winner is surely better even if all classes of few rows were lost to it."""
        ends = [each.at_worst for each in self.evaluation.comparisons.values()]
        return self.evaluation.rows >= LEAST_ROWS and bool(ends) and all(each and each > 0 for each in ends)

    def outcome(self) -> str:
        if self.winner is None:
            return "baseline"
        if self.assured:
            return "adapt"
        return (self.decided() if self.trusted else None) or "inconclusive"

    def decided(self) -> str | None:
        """What the intervals say, trusted or not; None where they leave it open."""
        if self.comparison is None:
            return None
        if all(each.low > 0 for each in self.evaluation.comparisons.values()):
            return "adapt"
        return "baseline" if self.comparison.high < self.margin else None

    def ships(self, outcome: str) -> str:
        if self.winner is None or outcome == "baseline":
            return self.baseline or WINNER
        if outcome == "adapt" or self.baseline is None:
            return WINNER
        return self._cheaper(self.baseline)

    def _cheaper(self, baseline: str) -> str:
        """The one of less size and latency taken together, or of equals the one that is ahead.

        The baseline where what they cost is not known.
        """
        ours = self.evaluation.footprints.get(WINNER)
        theirs = self.evaluation.footprints.get(baseline)
        if ours is None or theirs is None:
            return baseline
        if ours.costs_like(theirs):
            return WINNER if self.comparison is not None and self.comparison.difference > 0 else baseline
        return WINNER if ours.cost < theirs.cost else baseline

    @property
    def undecided(self) -> Comparison | None:
        """The comparison that leaves a verdict open, if there is any."""
        if self.comparison is None or not self.trusted:
            return self.comparison
        return self.evaluation.comparisons[open_name(self.evaluation.comparisons, str(self.baseline))]

    def rows_needed(self) -> int | None:
        """Test rows for a trusted interval that decides; None if they are there.

        One that leaves it open decides once its half-width is under the margin. The half-width shrinks with
        the root of the rows when they are drawn and grouped alike.
        """
        rows, wanted = self.evaluation.rows, 0.0
        if self.undecided is not None and self.margin > 0 and self.decided() is None:
            half = (self.undecided.high - self.undecided.low) / 2
            wanted = rows * (half / self.margin) ** 2 if math.isfinite(half) else 0.0
        if not self.trusted:
            by_class = rows * LEAST_CLASS_ROWS / max(1, self.rarest) if self.rarest is not None else 0.0
            wanted = max(wanted, LEAST_ROWS, by_class)
        return _rounded_up(wanted) if wanted >= rows else None


def _rounded_up(rows: float) -> int:
    """Two digits are all that such a forecast is worth."""
    step = int(10.0 ** max(0, math.floor(math.log10(max(1.0, rows))) - 1))
    return math.ceil(rows / step) * step
