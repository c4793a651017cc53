"""Trials in order: by fidelity, then by score."""

from __future__ import annotations

import math

from headstart.core.search import Tried
from headstart.search._standing import generator, standings


def tried(score, fidelity=1.0):
    return Tried(params={}, score=score, fidelity=fidelity)


def test_scores_of_one_fidelity_are_ordered_and_equals_share_a_place():
    assert standings([tried(0.5), tried(0.9), tried(0.5), tried(-3.0)]) == [0.5, 1.0, 0.5, 0.0]


def test_what_went_further_stands_above_what_was_stopped():
    assert standings([tried(0.9, 0.1), tried(0.2, 1.0), tried(0.5, 0.3)]) == [0.0, 1.0, 0.5]


def test_what_runs_has_no_place_and_what_failed_the_last():
    assert standings([tried(None), tried(math.nan), tried(math.inf), tried(0.1)]) == [None, -1.0, -1.0, 0.0]


def test_random_numbers_follow_from_seed_and_length():
    draws = {generator(seed, [tried(0.1)] * length).random() for seed in (0, 1, -1) for length in (0, 1)}
    assert len(draws) == 6
    assert generator(3, ()).random() == generator(3, []).random()
