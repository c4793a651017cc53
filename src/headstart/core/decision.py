"""How probabilities become labels: temperature, operating point, abstention."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from headstart.core.predictions import ABSTAINED, NOWHERE, Predictions

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The rule that ships with a model; its numbers are set on dev rows, never on test rows.

    Args:
        temperature: divides log-probabilities before they are normalised again (Guo et al. 2017,
            section 4.2).
        positive: index of the class that `threshold` speaks of.
        threshold: probability from which the positive class is chosen; None means the most
            probable class.
        costs: cost of predicting column j when row i is true; the label of least expected cost is
            chosen. Excludes `threshold`.
        abstain_below: confidence under which no label is given.
        thresholds: for rows that may have several labels, the probability from which each is given; a
            half where there are none.
        no_answer_above: for rows that may have no answer, the logarithm of the ratio of its probability to
            that of the best stretch above which none is given; nought where there is none (Devlin et al.
            2019, section 4.3, whose threshold is its negative).
    """

    temperature: float = 1.0
    positive: int | None = None
    threshold: float | None = None
    costs: tuple[tuple[float, ...], ...] | None = None
    abstain_below: float | None = None
    thresholds: tuple[float, ...] | None = None
    no_answer_above: float | None = None

    def apply(self, predictions: Predictions) -> Predictions:
        """Calibrated probabilities with the labels this rule gives them, or answers where it gives some."""
        if predictions.silence is not None:
            return self._answered(predictions)
        if predictions.probabilities is None:
            return predictions
        if predictions.chosen is not None:
            return self._several(predictions)
        probabilities = self._calibrated(predictions.probabilities)
        labels = self._labels(probabilities)
        if self.abstain_below is not None:
            labels = np.where(probabilities.max(axis=1) < self.abstain_below, ABSTAINED, labels)
        return Predictions(classes=predictions.classes, labels=labels, probabilities=probabilities)

    def _answered(self, predictions: Predictions) -> Predictions:
        assert predictions.spans is not None
        assert predictions.confidence is not None
        assert predictions.silence is not None
        quiet = predictions.silence_odds > (self.no_answer_above or 0.0)
        quiet |= predictions.spans[:, 0] == NOWHERE
        told = zip(predictions.texts or (), quiet.tolist(), strict=True)
        return replace(
            predictions,
            texts=tuple("" if none else text for text, none in told),
            spans=np.where(quiet[:, None], NOWHERE, predictions.spans),
            confidence=np.where(quiet, predictions.silence, predictions.confidence),
            silence=None,
        )

    def _several(self, predictions: Predictions) -> Predictions:
        assert predictions.probabilities is not None
        raw = np.clip(predictions.probabilities.astype(np.float64), 1e-12, 1.0 - 1e-12)
        logits = np.log(raw) - np.log1p(-raw)
        probabilities = raw if self.temperature == 1.0 else 1.0 / (1.0 + np.exp(-logits / self.temperature))
        least = 0.5 if self.thresholds is None else np.asarray(self.thresholds)
        return replace(predictions, probabilities=probabilities, chosen=probabilities >= least)

    def _calibrated(self, raw: Float[ndarray, "rows classes"]) -> Float[ndarray, "rows classes"]:
        if self.temperature == 1.0:
            return raw
        logits = np.log(np.clip(raw, 1e-12, 1.0)) / self.temperature
        logits -= logits.max(axis=1, keepdims=True)
        scaled = np.exp(logits)
        return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))

    def _labels(self, probabilities: Float[ndarray, "rows classes"]) -> Int[ndarray, " rows"]:
        if self.costs is not None:
            return np.asarray((probabilities @ np.asarray(self.costs)).argmin(axis=1))
        if self.threshold is None or self.positive is None:
            return np.asarray(probabilities.argmax(axis=1))
        others = probabilities.copy()
        others[:, self.positive] = -1.0
        chosen = probabilities[:, self.positive] >= self.threshold
        return np.where(chosen, self.positive, others.argmax(axis=1))
