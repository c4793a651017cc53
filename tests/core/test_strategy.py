"""Checkpoints: what is costly to make is made when it is asked for, once, and else not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.core.model import Model
from headstart.core.strategy import Checkpoint, LateCheckpoint, last_of
from tests.contracts.small_data import small_task


def model(name="one"):
    return Model(task=small_task(), predictor=name, base=None)


@pytest.fixture
def late():
    """A checkpoint that is made late, and how often it was."""
    made = []
    return LateCheckpoint(make=lambda: made.append(1) or model(), fraction=0.5, chosen={"epochs": 3}), made


def test_a_late_model_is_made_once_and_only_where_it_is_asked_for(late):
    checkpoint, made = late
    assert (checkpoint.fraction, checkpoint.chosen) == (0.5, {"epochs": 3})
    assert "model" not in repr(checkpoint)
    assert made == []
    assert checkpoint.model is checkpoint.model
    assert checkpoint.model.predictor == "one"
    assert made == [1]


def test_a_change_of_a_late_model_is_late_too(late):
    checkpoint, made = late
    changed = checkpoint.changed(lambda before: replace(before, predictor=f"{before.predictor} and two"))
    assert made == []
    assert (changed.model.predictor, changed.fraction) == ("one and two", 0.5)
    assert made == [1]


def test_a_change_of_a_plain_one_is_made_at_once():
    changed = Checkpoint(model=model(), fraction=1.0).changed(lambda _: model("two"))
    assert (changed.model.predictor, changed.fraction) == ("two", 1.0)


def test_what_a_late_one_has_not_is_missing_as_ever(late):
    with pytest.raises(AttributeError, match="nothing"):
        _ = late[0].nothing


def test_the_last_of_an_adaptation_is_its_result():
    three = [Checkpoint(model=model(), fraction=share) for share in (0.0, 0.5, 1.0)]
    assert last_of(iter(three)) is three[-1]
    assert last_of(iter(())) is None
