"""What can't keep a cap is told before it is fitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart import registry
from headstart.core.caps import Caps
from headstart.models.describe import describe
from headstart.planning.too_dear import least_footprint, too_dear_to_ship
from tests.contracts.small_data import small_situation, small_task


@pytest.fixture
def situation(tiny_bert):
    return small_situation(small_task(), describe(str(tiny_bert)), train_rows=100)


def test_a_base_that_is_too_large_is_named_with_its_size(situation):
    full = registry.build("strategies", "full", {})
    (reason,) = too_dear_to_ship(full, situation, Caps(bytes=1000, row_ms=1e6))
    assert reason.startswith("its base takes ")
    assert reason.endswith("on disk, and --max-size allows 1.0 kB")
    assert too_dear_to_ship(full, situation, Caps()) == ()


def test_a_slow_computer_makes_a_base_too_slow(situation):
    full = registry.build("strategies", "full", {})
    slow = replace(situation, machine=replace(situation.machine, flops=1e3))
    assert "--max-latency allows 5.0 ms" in too_dear_to_ship(full, slow, Caps(row_ms=5.0))[0]
    assert too_dear_to_ship(full, situation, Caps(row_ms=5.0)) == ()


def test_a_strategy_without_a_base_can_always_be_small(situation):
    tfidf = registry.build("strategies", "tfidf", {})
    assert too_dear_to_ship(tfidf, replace(situation, base=None), Caps(bytes=1, row_ms=1e-9)) == ()


def test_the_model_that_is_fitted_is_no_smaller_than_was_foretold(situation, tiny_bert):
    foretold = least_footprint(registry.build("strategies", "full", {}), situation).bytes
    saved = (tiny_bert / "model.safetensors").stat().st_size
    assert 0.9 * saved <= foretold <= 1.1 * saved
