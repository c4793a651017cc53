"""Scores with their intervals, comparisons, and the verdict drawn from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from headstart.core.prompt_figures import PromptFigures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.learning_curve import LearningCurve


@dataclass(frozen=True, kw_only=True)
class Score:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How much better the winner is than one baseline on the same rows.

    Args:
        difference: winner minus baseline, its sign turned for metrics where less is better.
        low: lower end of the 95 % interval, simultaneous over all baselines.
        high: upper end.
        at_worst: where some classes have too few test rows, the lower end were the winner as seldom
            right about them, and the baseline as often, as these rows leave possible; None where there are no
            such classes, or nothing can be said of them.
    """

    difference: float
    low: float
    high: float
    at_worst: float | None = None


# What a prediction takes is measured in passing; within this factor two models cost the same.
SAME_COST = 1.5


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """What a model costs to keep and to run.

    Args:
        bytes: size of its files.
        row_ms: milliseconds a row, in batches, on the machine of the evaluation.
        prompts: what its prompts come to, where it asks with some.
    """

    bytes: int
    row_ms: float
    prompts: PromptFigures | None = None

    @property
    def cost(self) -> float:
        """Size and latency taken together."""
        return self.bytes * self.row_ms

    def costs_like(self, other: Footprint) -> bool:
        """Whether the two cost the same, as far as measuring can tell."""
        less, more = sorted((self.cost, other.cost))
        return more <= SAME_COST * less

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """What a worker measured, as it came through JSON; what it did not measure is nought."""
        prompts = values.get("prompts")
        return cls(
            bytes=int(values.get("bytes") or 0),
            row_ms=float(values.get("row_ms") or 0.0),
            prompts=PromptFigures(**prompts) if prompts else None,
        )


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What the sealed test rows say.

    Args:
        metric: name of the metric that decides.
        unit: what one point of it is, in its own scale.
        rows: test rows.
        groups: clusters among them, which were resampled whole.
        scores: score by model: `winner`, `untouched_base` and the baselines by name.
        comparisons: comparison with each measured baseline by name.
        not_measured: reason by baseline that could not be measured.
        others: value of every other metric by metric name and model.
        footprints: size and latency by model.
        earlier_looks: earlier runs that consulted the same test rows.
        unopened: further sealed rows, which were not opened for want of time.
    """

    metric: str
    rows: int
    groups: int
    scores: Mapping[str, Score]
    comparisons: Mapping[str, Comparison]
    not_measured: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    footprints: Mapping[str, Footprint] = field(default_factory=dict)
    earlier_looks: int = 0
    unopened: int = 0
    unit: float = 0.01


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What the second half of the training rows brought on the dev rows, and what more may bring.

    Args:
        half_rows: training rows of the smaller fits.
        rows: training rows of the whole fits.
        dev_rows: rows on which both were scored.
        gain: how much better the winner is for all the rows than for half of them; its sign is turned
            for metrics where less is better.
        lead: how much that changed its lead over the baseline that was best on dev.
        curves: the learning curve of the winner, then of that baseline; without those that learn nothing
            from more rows.
    """

    half_rows: int
    rows: int
    dev_rows: int
    gain: Score
    lead: Score
    curves: tuple[LearningCurve, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to do, and what it rests on.

    Args:
        outcome: `adapt`, `baseline` or `inconclusive`.
        ships: `winner` or the name of the baseline that is shipped.
        sentence: the verdict in one sentence.
        margin: the difference that matters, in the metric's own scale.
        trusted: whether there are enough test rows for the interval to be trusted.
        test_rows_needed: test rows that would settle it: that would make an interval which decides one to
            trust, or bring the half-width of another under the margin. None where more would not.
        notes: what limits it, in plain words.
        growth: what half of the training rows brought and what more are expected to bring, or None where
            that was not measured; the notes say why.
    """

    outcome: str
    ships: str
    sentence: str
    margin: float
    trusted: bool
    test_rows_needed: int | None = None
    notes: tuple[str, ...] = ()
    growth: Growth | None = None
