"""Views are chosen by what held-out rows say, and the base's own stands within noise."""

from __future__ import annotations

import numpy as np

from headstart.models.view import View
from headstart.train.choose_view import NOISE, choose_view, mix
from headstart.train.held_out import folds_of
from headstart.train.judge import Judge
from headstart.train.labelled import Labelled

CUTS, OWN = (3, 2, 1, 0), View(cut=3, pooling="mean")


def judge_of(noises: dict[View, float], *, rows: int = 400, copies: int = 1, seed: int = 0) -> Judge:
    """Views that show the class through so much noise of their own; others show nothing."""
    rng = np.random.default_rng(seed)
    targets = np.arange(rows) % 2
    signal = np.where(targets, 1.0, -1.0)[:, None] * np.ones(6)

    made = {view: signal + noise * rng.normal(size=signal.shape) for view, noise in noises.items()}

    def features(view: View):
        found = made.get(view, rng.normal(size=signal.shape))
        return np.repeat(found, copies, axis=0).astype(np.float32)

    labelled = Labelled(
        targets=np.repeat(targets, copies),
        classes=2,
        groups=np.repeat(np.arange(rows), copies),
        weights=np.ones(rows * copies),
    )
    held = folds_of(labelled.targets, labelled.groups, 2, seed=0)
    return Judge(features=features, labelled=labelled, held=held)


def test_a_lower_layer_that_shows_more_is_taken():
    judge = judge_of({OWN: 6.0, View(cut=1, pooling="mean"): 2.0})
    assert choose_view(judge, OWN, cuts=CUTS).views == (View(cut=1, pooling="mean"),)


def test_another_pooling_is_tried_at_the_best_layer():
    views = {OWN: 6.0, View(cut=1, pooling="mean"): 4.0, View(cut=1, pooling="cls"): 1.5}
    found = choose_view(judge_of(views), OWN, cuts=CUTS, poolings=("mean", "cls", "last"))
    assert found.views == (View(cut=1, pooling="cls"),)


def test_within_noise_the_last_layer_mostly_stands():
    noises = {View(cut=cut, pooling="mean"): 4.0 for cut in CUTS}
    found = [choose_view(judge_of(noises, seed=seed), OWN, cuts=CUTS).views for seed in range(8)]
    assert found.count((OWN,)) >= 7


def test_copies_of_rows_are_no_evidence():
    judge = judge_of({OWN: 4.0, View(cut=2, pooling="mean"): 3.6}, rows=60, copies=20)
    plain = judge_of({OWN: 4.0, View(cut=2, pooling="mean"): 3.6}, rows=60)
    gains = [
        each.gain(
            each.fully(OWN).log_probabilities,
            each.fully(View(cut=2, pooling="mean")).log_probabilities,
        )
        for each in (judge, plain)
    ]
    assert abs(gains[0]) < 3 * max(1.0, abs(gains[1]))


def test_layers_that_err_apart_are_better_together():
    judge = judge_of({View(cut=cut, pooling="mean"): 4.0 for cut in CUTS})
    plain = choose_view(judge, OWN, cuts=(3, 1))
    found = mix(judge, plain, OWN)
    assert sorted(view.cut for view in found.views) == [1, 3]
    assert min(found.shares) > 0.2
    assert judge.gain(plain.log_probabilities, found.log_probabilities) > NOISE


def test_layers_that_say_the_same_are_no_better_together():
    judge = judge_of({OWN: 3.0})
    same = Judge(features=lambda _: judge.features(OWN), labelled=judge.labelled, held=judge.held)
    plain = choose_view(same, OWN, cuts=(3, 1))
    assert same.gain(plain.log_probabilities, mix(same, plain, OWN).log_probabilities) < NOISE


def test_a_mix_leans_on_what_shows_more_and_takes_the_own_first():
    judge = judge_of({OWN: 3.0})
    found = mix(judge, choose_view(judge, OWN, cuts=(3, 1)), OWN)
    assert found.views[0] == OWN
    assert found.shares[0] > found.shares[1]
