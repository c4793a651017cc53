"""Defaults move where earlier trainings agree that it pays, and nowhere else."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from headstart import registry
from headstart.core.knob import knobs
from headstart.core.profile import Lengths, Profile
from headstart.planning import regularisation
from headstart.planning.parameters import parse
from headstart.planning.regularisation import FILE, Measured, RegularisationModel, Scales, shipped, suggested
from headstart.planning.traits import Traits

FEW, MANY = (Traits(rows=rows, classes=2, length=20.0, imbalance=1.0) for rows in (32, 2000))
SCALES = Scales(mean=0.5, bend=0.5, reach=1.0, between=0.3, noise=0.5)
SETTINGS = {"smooth": {"label_smoothing": 0.1}, "held": {"l2_sp": 100.0}}


def model(*gains, scales=SCALES):
    """Gains as (setting, data, traits, points)."""
    measured = tuple(
        Measured(data=data, traits=traits, setting=setting, gain=gain)
        for setting, data, traits, gain in gains
    )
    return RegularisationModel(
        strategy="full", base="embedded", settings=SETTINGS, scales=scales, measured=measured, trusted=True
    )


def repeated(setting, gain, *, traits=FEW, sets=5, spread=0.1):
    rng = np.random.default_rng(0)
    return [(setting, f"set {place}", traits, gain + spread * rng.normal()) for place in range(sets)]


def test_without_measurements_the_defaults_stay():
    assert model().best(FEW) is None
    assert model().expected("smooth", FEW)[0] == 0.0


def test_a_gain_that_all_data_sets_agree_on_moves_the_default():
    name, gain, error = model(*repeated("smooth", 2.0)).best(FEW)
    assert name == "smooth"
    assert 1.0 < gain < 2.0
    assert error < 0.7


@pytest.mark.parametrize("gains", [repeated("smooth", 0.1), repeated("smooth", -2.0)])
def test_a_small_gain_or_a_loss_does_not(gains):
    assert model(*gains).best(FEW) is None


def test_gains_that_disagree_do_not():
    gains = [("smooth", f"set {place}", FEW, gain) for place, gain in enumerate((6.0, -4.0, 3.0, -3.0, 0.5))]
    loose = replace(SCALES, between=3.0)
    assert model(*gains, scales=loose).best(FEW) is None


def test_noise_moves_few_defaults_and_promises_little_for_them():
    rng = np.random.default_rng(1)
    moved = []
    for _ in range(100):
        gains = [
            (setting, f"set {place % 5}", FEW if place % 2 else MANY, float(0.5 * rng.normal()))
            for setting in SETTINGS
            for place in range(10)
        ]
        moved.append(model(*gains).best(FEW))
    promised = [each[1] for each in moved if each is not None]
    assert len(promised) <= 40
    assert np.mean([0.0] * (100 - len(promised)) + promised) < 0.15


def test_a_gain_on_few_rows_says_less_of_many():
    found = model(*repeated("smooth", 2.0))
    near, far = (found.expected("smooth", each) for each in (FEW, MANY))
    assert near[0] > far[0]
    assert near[1] < far[1]


def test_the_better_of_two_is_chosen():
    assert model(*repeated("smooth", 1.5), *repeated("held", 3.0)).best(FEW)[0] == "held"


@pytest.fixture
def shipping(monkeypatch):
    def ship(found):
        monkeypatch.setattr(regularisation, "shipped", lambda: found)

    return ship


def test_a_suggestion_says_what_it_expects(shipping):
    shipping(model(*repeated("smooth", 2.0)))
    found = suggested("full", "embedded", FEW, task="classification")
    assert found.params == {"label_smoothing": 0.1}
    assert found.why.startswith("smooth, which is expected to bring 1.")
    for strategy, base in (("lora", "embedded"), ("full", "elsewhere")):
        assert suggested(strategy, base, FEW, task="classification").params == {}


def test_what_was_measured_on_classes_moves_nothing_elsewhere(shipping):
    """Labels can't be smoothed where there are none, and a default that has no meaning blocks a strategy."""
    shipping(model(*repeated("smooth", 2.0)))
    for task in ("regression", "multilabel", "tagging", "chat"):
        assert suggested("full", "embedded", FEW, task=task).params == {}


def test_a_model_that_did_not_prove_itself_moves_nothing(shipping):
    shipping(replace(model(*repeated("smooth", 2.0)), trusted=False))
    assert suggested("full", "embedded", FEW, task="classification").params == {}


def test_what_ships_can_be_read_and_names_settings_that_exist():
    found = shipped()
    assert found == RegularisationModel.read(json.loads(FILE.read_text(encoding="utf-8")))
    known = {knob.name: knob for knob in knobs(registry.load("strategies", found.strategy))}
    for params in found.settings.values():
        for name, value in params.items():
            assert parse(known[name], value) == value
    assert {each.setting for each in found.measured} <= set(found.settings)


def test_traits_come_from_the_profile_in_tokens():
    lengths = Lengths(
        tokenizer="words", mean=10, median=9, p90=12, p99=15, longest=20, limit=64, truncated=0.0, counted=90
    )
    profile = Profile(rows={"train": 90}, classes={"a": 60, "b": 30}, lengths=lengths)
    assert Traits.of(profile, 70) == Traits(rows=70, classes=2, length=16.0, imbalance=2.0)
    counted = replace(profile, lengths=replace(lengths, tokenizer="embedded"))
    assert Traits.of(counted, 70).length == 10.0
