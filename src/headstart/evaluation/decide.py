"""From dev predictions to the rule that turns probabilities into labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.decision import Decision
from headstart.evaluation.calibrate import fit_temperature
from headstart.evaluation.label_thresholds import decide_labels
from headstart.evaluation.no_answer_threshold import decide_silence
from headstart.evaluation.operating_point import choose_threshold

if TYPE_CHECKING:
    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a person wants labels to be given.

    Args:
        positive: index of the class that `min_precision` speaks of.
        min_precision: least precision of that class.
        costs: cost of predicting column j when row i is true.
        abstain_below: confidence under which no label is given.
    """

    positive: int | None = None
    min_precision: float | None = None
    costs: tuple[tuple[float, ...], ...] | None = None
    abstain_below: float | None = None


def decide(raw: Predictions, gold: Any, wish: Wish, *, metric: Metric) -> Decision:
    """The rule that fits a wish, its temperature and thresholds set on dev rows.

    Args:
        raw: predictions on dev rows as the predictor makes them.
        gold: their true answers, as the task gives them.
        wish: how labels should be given.
        metric: what a threshold is set by that a wish says nothing of.
    """
    if raw.silence is not None:
        return decide_silence(raw, gold, metric)
    if raw.probabilities is None:
        return Decision()
    if raw.chosen is not None:
        return decide_labels(raw.probabilities, gold)
    temperature = fit_temperature(raw.probabilities, gold)
    plain = Decision(temperature=temperature, abstain_below=wish.abstain_below, costs=wish.costs)
    if wish.min_precision is None or wish.positive is None:
        return plain
    calibrated = plain.apply(raw).probabilities
    assert calibrated is not None
    point = choose_threshold(
        calibrated[:, wish.positive], np.asarray(gold == wish.positive), precision=wish.min_precision
    )
    return Decision(
        temperature=temperature,
        positive=wish.positive,
        threshold=point.threshold,
        abstain_below=wish.abstain_below,
    )
