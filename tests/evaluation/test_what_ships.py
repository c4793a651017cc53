"""What ships where the verdict is inconclusive, and why it says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.core.evaluation import Footprint
from tests.evaluation.test_verdict import evaluation, judged


@pytest.mark.parametrize(
    ("winner", "baseline", "ships"),
    [
        ((1, 1), (2, 2), "winner"),
        ((2, 2), (1, 1), "tfidf"),
        ((9, 1), (2, 2), "tfidf"),
        ((3, 1), (2, 2), "winner"),
    ],
)
def test_inconclusive_ships_the_cheaper_in_size_and_latency_together(winner, baseline, ships):
    costs = {
        name: Footprint(bytes=size * 1_000_000, row_ms=float(row_ms))
        for name, (size, row_ms) in {"winner": winner, "tfidf": baseline}.items()
    }
    found = replace(evaluation(tfidf=(0.5, -2, 3)), footprints=costs)
    assert judged(found).ships == ships


LIKE = "which costs the same to keep and to run as"


@pytest.mark.parametrize(
    ("row_ms", "difference", "ships", "said"),
    [
        (1.4, 0.5, "winner", f"{LIKE} tf-idf and is ahead on these rows"),
        (0.7, -0.5, "tfidf", f"{LIKE} probe on embedded and is ahead on these rows"),
        (1.0, 0.0, "tfidf", f"{LIKE} probe on embedded."),
        (1.6, 0.5, "tfidf", "the cheaper of probe"),
        (0.6, -0.5, "winner", "the cheaper of probe"),
    ],
)
def test_inconclusive_at_the_same_cost_ships_the_one_ahead(row_ms, difference, ships, said):
    costs = {name: Footprint(bytes=9, row_ms=each) for name, each in (("winner", row_ms), ("tfidf", 1.0))}
    found = judged(replace(evaluation(tfidf=(difference, -2, 3)), footprints=costs))
    assert (found.outcome, found.ships) == ("inconclusive", ships)
    assert said in found.sentence


def test_inconclusive_without_costs_ships_the_baseline():
    assert judged(evaluation(tfidf=(0.5, -2, 3))).ships == "tfidf"
