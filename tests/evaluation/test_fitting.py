"""Over- and underfitting, told from curves that were made up and from trainings that do one or the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.context import Context
from headstart.core.curve import Curve, Point
from headstart.core.fitting import NOT_KNOWN, OVERFITTING, UNDERFITTING, WELL_FITTED
from headstart.core.model import Model
from headstart.core.split import Split
from headstart.evaluation.fitting import diagnose_fitting
from headstart.models.describe import describe
from tests.contracts.small_data import small_rows, small_task


def curve(dev, train, *, error=0.005, scores=None, **settings):
    """A curve of as many passes as there are training losses, its first point before them."""
    passes = len(train)
    points = tuple(
        Point(
            epoch=place,
            fraction=place / passes,
            train_loss=train[place - 1] if place else None,
            dev_loss=loss,
            dev_score=None if scores is None else scores[place],
            dev_error=error if place else None,
        )
        for place, loss in enumerate(dev)
    )
    return Curve(points=points, dev_rows=100, **settings)


def replace_scores(given, scores):
    points = (replace(point, dev_score=score) for point, score in zip(given.points, scores, strict=True))
    return replace(given, points=tuple(points))


LEVEL = curve([0.6, 0.5, 0.45, 0.44, 0.44], [0.55, 0.45, 0.4, 0.38])
RISING = curve([0.6, 0.45, 0.42, 0.5, 0.6], [0.55, 0.4, 0.25, 0.12])
STEEP = curve([1.0, 0.9, 0.8, 0.7, 0.6], [0.97, 0.87, 0.76, 0.66])
STUCK = curve([0.69, 0.69, 0.685, 0.683, 0.683], [0.7, 0.69, 0.69, 0.69])
BY_HEART = curve([0.6, 0.601, 0.599, 0.6, 0.6], [0.5, 0.3, 0.15, 0.05])
WIDE = curve([0.6, 0.5, 0.42, 0.4, 0.4], [0.5, 0.3, 0.2, 0.1])


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (LEVEL, WELL_FITTED),
        (RISING, OVERFITTING),
        (STEEP, UNDERFITTING),
        (STUCK, UNDERFITTING),
        (BY_HEART, OVERFITTING),
        (WIDE, WELL_FITTED),
    ],
)
def test_each_shape_has_its_name(given, kind):
    found = diagnose_fitting(given)
    assert found.kind == kind
    assert found.curve == given
    assert found.sentence.endswith(".")


def test_a_rise_within_chance_is_none():
    unsure = curve([0.6, 0.45, 0.42, 0.44, 0.45], [0.55, 0.45, 0.4, 0.36], error=0.03)
    sure = curve([0.6, 0.45, 0.42, 0.44, 0.45], [0.55, 0.45, 0.4, 0.36], error=0.003)
    assert diagnose_fitting(unsure).kind == WELL_FITTED
    assert diagnose_fitting(unsure).best_share == 1.0
    assert diagnose_fitting(sure).kind == OVERFITTING
    assert diagnose_fitting(sure).best_share == 0.5


def test_it_says_when_it_was_best_and_whether_the_score_suffered():
    suffered = diagnose_fitting(replace_scores(RISING, [0.7, 0.8, 0.85, 0.82, 0.8]))
    assert "after pass 2 of 4 (0.420) and rose by 43 %" in suffered.sentence
    assert "The score suffered too: 0.850 then, 0.800 at the end." in suffered.sentence
    unharmed = diagnose_fitting(replace_scores(RISING, [0.7, 0.8, 0.85, 0.85, 0.86]))
    assert "did not suffer" in unharmed.sentence
    assert "calibration mends" in unharmed.sentence
    errors = replace(replace_scores(RISING, [0.3, 0.2, 0.15, 0.18, 0.2]), greater_is_better=False)
    assert "suffered too" in diagnose_fitting(errors).sentence


def test_a_training_that_only_harmed_is_best_before_it_began():
    found = diagnose_fitting(curve([0.4, 0.5, 0.6], [0.3, 0.1]))
    assert found.kind == OVERFITTING
    assert "before the first pass" in found.sentence
    assert found.best_share == 0.0


def test_a_loss_of_nought_is_a_loss_like_any_other():
    """Single precision rounds to it where a network is sure of every row."""
    found = diagnose_fitting(curve([0.6, 0.0, 0.1], [0.4, 0.2]))
    assert found.kind == OVERFITTING
    assert "lowest after pass 1 of 2 (0.000) and rose to 0.100 from there" in found.sentence
    assert diagnose_fitting(curve([0.6, 0.0, 0.0], [0.4, 0.0])).kind == WELL_FITTED


@pytest.mark.parametrize("given", [LEVEL, RISING, STEEP, STUCK, WIDE])
def test_a_last_pass_without_a_loss_of_its_own_is_judged_by_the_one_before(given):
    """A deadline may end it before any row that counts was learnt from."""
    *points, last = given.points
    cut = replace(given, points=(*points, replace(last, train_loss=None)), ended="deadline")
    assert diagnose_fitting(cut).kind == diagnose_fitting(given).kind


def test_a_training_that_was_cut_short_says_so():
    points = STEEP.points[:-1]
    found = diagnose_fitting(replace(STEEP, points=points, ended="deadline"))
    assert found.kind == UNDERFITTING
    assert "The deadline ended it after 75 % of what was planned." in found.sentence


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Curve(), "Nothing was trained"),
        (replace(curve([None] * 3, [0.5, 0.3]), dev_rows=0), "no dev rows"),
        (curve([None] * 3, [0.5, 0.3]), "of a kind that dev rows have not"),
        (curve([0.5, 0.4], [0.5]), "took 1 pass; it takes 2"),
    ],
)
def test_what_can_not_be_told_is_not(given, why):
    found = diagnose_fitting(given)
    assert found.kind == NOT_KNOWN
    assert why in found.sentence


def trained(tmp_path, tiny_bert, *, noise=0.0, rows=48, **params):
    """A real curve; of `noise`, so many labels say nothing."""
    train, dev = small_rows(rows, seed=1), small_rows(120, seed=2)
    rng = np.random.default_rng(0)
    labels = np.array(train.targets)
    wrong = rng.random(rows) < noise
    labels[wrong] = rng.choice(labels, wrong.sum())
    train = replace(train, frame=train.frame.with_columns(pl.Series("label", labels)))
    split = Split(task=small_task(), train=train, dev=replace(dev, groups=dev.groups + rows))
    metric = registry.build("metrics", "accuracy", {})
    context = Context(seed=0, device="cpu", precision="float32", workdir=tmp_path, metric=metric)
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_bert)))
    *_, last = registry.build("strategies", "full", params).adapt(start, split, context)
    return last.curve


def test_a_training_that_learns_wrong_labels_by_heart_overfits(tmp_path, tiny_bert):
    found = diagnose_fitting(
        trained(
            tmp_path,
            tiny_bert,
            noise=0.6,
            epochs=12,
            learning_rate=5e-3,
            head_rate=1e-2,
            # Smoothed labels are what keeps a network from being that sure of wrong ones.
            label_smoothing=0.0,
        )
    )
    assert found.kind == OVERFITTING
    assert found.curve.train_loss < 0.5 * found.curve.points[-1].dev_loss


def test_a_training_that_hardly_moves_underfits(tmp_path, tiny_bert):
    found = diagnose_fitting(
        trained(tmp_path, tiny_bert, epochs=3, learning_rate=1e-6, head_rate=1e-6, head_strength=1.0)
    )
    assert found.kind == UNDERFITTING
