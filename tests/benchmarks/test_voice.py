"""Drawn predictions are mixed as an ensemble mixes those of its members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.voice import Part, Voice
from headstart.core.decision import Decision
from headstart.core.model import Model
from headstart.core.predictions import Predictions
from headstart.predictors.ensemble import Ensemble
from headstart.tasks.classification import Classification

TASK = Classification(classes=("a", "b", "c"))


@dataclass(frozen=True)
class Told:
    """A predictor that says what it was given."""

    predictions: Predictions

    def predict(self, rows):
        return self.predictions


def said(seed):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(3), size=20)
    return Predictions(classes=TASK.classes, labels=probabilities.argmax(axis=1), probabilities=probabilities)


def test_it_says_what_an_ensemble_of_the_same_models_would():
    drawn = [said(seed) for seed in range(3)]
    parts = (Part(model=0, weight=0.25, temperature=2.0), Part(model=2, weight=0.75, temperature=0.5))
    members = tuple(
        Model(task=TASK, predictor=Told(drawn[each.model]), decision=Decision(temperature=each.temperature))
        for each in parts
    )
    decision = Decision(temperature=1.5)
    weights = tuple(each.weight for each in parts)
    ensemble = Model(task=TASK, predictor=Ensemble(members=members, weights=weights), decision=decision)
    expected, found = ensemble.predict(None), Voice(parts=parts, decision=decision).says(drawn)
    np.testing.assert_array_equal(found.labels, expected.labels)
    np.testing.assert_allclose(found.probabilities, expected.probabilities, rtol=1e-12)


def test_alone_it_is_the_model_after_its_decision_on_the_rows_asked_for():
    drawn = [said(0), said(1)]
    rows = np.array([4, 2])
    found = Voice(parts=(Part(model=1),), decision=Decision(temperature=3.0)).says(drawn, rows)
    expected = Decision(temperature=3.0).apply(drawn[1])
    np.testing.assert_array_equal(found.labels, expected.labels[rows])
    np.testing.assert_array_equal(found.probabilities, expected.probabilities[rows])
