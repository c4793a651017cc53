"""From when on a question is given no answer: against trying every threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headstart import registry
from headstart.core.decision import Decision
from headstart.core.predictions import Predictions
from headstart.evaluation.decide import Wish, decide
from headstart.evaluation.no_answer_threshold import decide_silence
from tests.contracts.span_data import gold_of

METRIC = registry.build("metrics", "answer_f1", {})


def drawn(rows: int = 200, *, seed: int = 0, shift: float = 0.0) -> tuple[Predictions, np.ndarray]:
    """Answers half of which are right, and how likely none is, by a scale that is off by a shift."""
    rng = np.random.default_rng(seed)
    without = rng.random(rows) < 0.4
    right = rng.random(rows) < 0.7
    texts = ["the cat" if each else "a dog sat" for each in right]
    gold = gold_of(*[[] if none else ["the cat"] for none in without])
    odds = rng.normal(size=rows) + 2.0 * without - 1.0 + shift
    confidence = np.full(rows, 0.01)
    return (
        Predictions(
            texts=tuple(texts),
            spans=np.tile([0, 7], (rows, 1)),
            confidence=confidence,
            silence=confidence * np.exp(odds),
        ),
        gold,
    )


def worth(raw: Predictions, gold: np.ndarray, threshold: float) -> float:
    return METRIC.value(METRIC.stats(gold, Decision(no_answer_above=threshold).apply(raw)))


@pytest.mark.parametrize("shift", [-3.0, 0.0, 3.0])
def test_no_threshold_is_better(shift):
    raw, gold = drawn(60, seed=1, shift=shift)
    found = decide_silence(raw, gold, METRIC).no_answer_above
    odds = raw.silence_odds
    every = [worth(raw, gold, each) for each in (*odds, odds.min() - 1.0)]
    assert worth(raw, gold, found) == pytest.approx(max(every))


def test_a_scale_that_is_off_is_put_right():
    raw, gold = drawn(400, shift=3.0)
    found = decide(raw, gold, Wish(), metric=METRIC)
    unseen, truth = drawn(400, seed=1, shift=3.0)
    assert found.no_answer_above == pytest.approx(3.0, abs=1.0)
    assert worth(unseen, truth, found.no_answer_above) > worth(unseen, truth, 0.0) + 0.1


def test_equal_rows_are_not_parted_and_of_equal_thresholds_the_one_nearest_nought_is_taken():
    raw, gold = drawn(60)
    same = replace(raw, silence=raw.confidence * np.where([not each for each in gold], 10.0, 0.1))
    found = decide_silence(same, gold, METRIC).no_answer_above
    assert found == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("without", [0, 9, 191])
def test_too_few_rows_of_one_kind_set_no_threshold(without):
    raw, _ = drawn(200)
    gold = gold_of(*[[] if place < without else ["the cat"] for place in range(200)])
    assert decide_silence(raw, gold, METRIC) == Decision()


def test_many_rows_are_tried_at_some_thresholds_and_lose_next_to_nothing(monkeypatch):
    raw, gold = drawn(400)
    best = worth(raw, gold, decide_silence(raw, gold, METRIC).no_answer_above)
    monkeypatch.setattr("headstart.evaluation.no_answer_threshold.MOST_TRIED", 40)
    assert worth(raw, gold, decide_silence(raw, gold, METRIC).no_answer_above) >= best - 0.02


def test_a_loss_is_made_small():
    class Wrong:
        """The share of wrong answers."""

        greater_is_better = False

        def stats(self, gold, predictions):
            return 1.0 - METRIC.stats(gold, predictions)

        def value(self, stats):
            return float(stats.mean())

    raw, gold = drawn(shift=2.0)
    assert decide_silence(raw, gold, Wrong()) == decide_silence(raw, gold, METRIC)
