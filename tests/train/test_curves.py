"""Every strategy that trains in passes tells how its training went."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest

from headstart import registry
from headstart.core.context import Context
from headstart.core.deadline import Deadline
from headstart.core.model import Model
from headstart.core.split import Split
from headstart.models.describe import describe
from headstart.train import dev_sample
from tests.contracts.small_data import small_rows, small_task

TRAINED = ("full", "partial", "gradual", "lora")
QUICK = {"epochs": 3, "learning_rate": 3e-3, "head_rate": 1e-2}


@pytest.fixture
def split() -> Split:
    train, dev = small_rows(60, seed=1), small_rows(24, seed=2)
    return Split(task=small_task(), train=train, dev=replace(dev, groups=dev.groups + len(train)))


@pytest.fixture
def adapted(tmp_path, tiny_bert, split):
    def run(strategy="full", *, rows=split, state=None, deadline=None, usual=QUICK, **params):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        metric = registry.build("metrics", "accuracy", {})
        context = Context(
            seed=0,
            device="cpu",
            precision="float32",
            workdir=folder,
            metric=metric,
            deadline=deadline or Deadline(),
        )
        start = Model(task=rows.task, predictor=None, base=describe(str(tiny_bert)))
        return registry.build("strategies", strategy, {**usual, **params}).adapt(
            start, rows, context, **({} if state is None else {"state": state})
        )

    return run


@pytest.mark.parametrize("strategy", TRAINED)
def test_each_epoch_has_its_losses_and_its_score(adapted, strategy):
    last = list(adapted(strategy))[-1]
    curve = last.curve
    assert [each.epoch for each in curve.points] == [0, 1, 2, 3]
    assert [each.fraction for each in curve.points] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert curve.points[0].train_loss is None
    assert curve.points[1].train_loss > curve.points[-1].train_loss > 0
    assert all(each.dev_loss > 0 for each in curve.points)
    assert curve.points[-1].dev_score == last.dev_score
    assert (curve.dev_rows, curve.ended) == (24, "planned")


def test_a_refit_has_training_losses_alone(adapted, split):
    alone = replace(split, dev=split.dev.take([]))
    curve = list(adapted(rows=alone))[-1].curve
    assert [each.dev_loss for each in curve.points] == [None] * 4
    assert curve.train_loss == curve.points[-1].train_loss > 0


def test_the_last_dev_loss_is_the_log_loss_of_the_model(adapted, split):
    last = list(adapted(label_smoothing=0.0))[-1]
    log_loss = registry.build("metrics", "log_loss", {})
    stats = log_loss.stats(split.task.gold(split.dev), last.model.predict(split.dev))
    assert last.curve.points[-1].dev_loss == pytest.approx(log_loss.value(stats), rel=1e-3)


def test_between_first_and_last_a_sample_is_read_where_it_decides_nothing(adapted, monkeypatch):
    monkeypatch.setattr(dev_sample, "LEAST", 10)
    checkpoints = list(adapted())
    curve = checkpoints[-1].curve
    assert [each.dev_score is None for each in checkpoints] == [False, True, True, False]
    assert curve.dev_rows == 10
    assert all(each.dev_loss is not None for each in curve.points)
    patient = list(adapted(patience=3))
    assert all(each.dev_score is not None for each in patient)
    np.testing.assert_allclose(
        [each.dev_loss for each in patient[-1].curve.points],
        [each.dev_loss for each in curve.points],
        rtol=1e-5,
    )


def test_the_sample_changes_nothing_of_the_training(adapted, split, monkeypatch):
    whole = list(adapted())[-1].model.predict(split.dev).probabilities
    monkeypatch.setattr(dev_sample, "LEAST", 10)
    np.testing.assert_array_equal(list(adapted())[-1].model.predict(split.dev).probabilities, whole)


def test_a_resumed_training_has_the_same_curve(adapted):
    states, last = [], None
    for last in adapted(patience=3):
        states.append(copy.deepcopy(dict(last.state)))
    assert list(adapted(patience=3, state=states[1]))[-1].curve == last.curve


def test_it_says_why_it_ended(adapted):
    assert list(adapted(deadline=Deadline.after(0.0)))[-1].curve.ended == "deadline"
    stuck = list(adapted(epochs=6, patience=2, learning_rate=1e-6, head_rate=1e-6))[-1].curve
    assert stuck.ended == "patience"
    assert stuck.points[-1].fraction < 1.0


def test_contrastive_tuning_tells_the_loss_of_its_rounds_and_the_scores_it_measured(adapted):
    checkpoints = list(adapted("contrastive", usual={}, steps=12, learning_rate=1e-3))
    curve = checkpoints[-1].curve
    assert [each.train_loss is None for each in curve.points][:2] == [True, False]
    scored = [each.dev_score for each in curve.points if each.dev_score is not None]
    assert scored == [each.dev_score for each in checkpoints]
    assert all(each.dev_loss is None for each in curve.points)


def test_the_loss_is_that_of_the_main_task_where_several_are_learnt(adapted, split):
    also = {"other.csv:label": Split(task=small_task(), train=small_rows(30, seed=9), dev=split.dev.take([]))}
    curve = list(adapted("multitask", rows=replace(split, also=also), epochs=2))[-1].curve
    assert all(each.train_loss > 0 for each in curve.points[1:])
