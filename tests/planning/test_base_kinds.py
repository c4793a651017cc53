"""What a base of its kind can never do is told to those alone who named it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headstart import registry
from headstart.core.split import Dataset, Split
from headstart.core.strategy_traits import StrategyTraits
from headstart.models.describe import describe
from headstart.planning.history import CostHistory
from headstart.planning.planner import Planner
from tests.contracts.small_data import small_rows, small_situation, small_task

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def told(tiny_bert: Path, tiny_llama: Path) -> dict[str, Planner]:
    """Planners for an encoder, a decoder, and both."""
    task = small_task()
    split = Split(task=task, train=small_rows(90, seed=1), dev=small_rows(30, seed=2))
    situation = small_situation(task, None, train_rows=90)
    bases = {"encoder": (tiny_bert,), "decoder": (tiny_llama,), "both": (tiny_bert, tiny_llama)}
    return {
        name: Planner(
            dataset=Dataset(split=split, test=small_rows(30, seed=3), sha256=""),
            profile=situation.profile,
            bases=tuple(describe(str(each)) for each in folders),
            machine=situation.machine,
            history=CostHistory(),
        )
        for name, folders in bases.items()
    }


def test_it_is_planned_on_bases_of_its_kinds_alone(told: dict[str, Planner], tiny_llama: Path):
    prompted = {
        name: [each for each in planner.plan().candidates if each.name == "in_context"]
        for name, planner in told.items()
    }
    assert prompted["encoder"] == []
    assert [each.base for each in prompted["decoder"]] == [str(tiny_llama)]
    assert [each.base for each in prompted["both"]] == [str(tiny_llama)]
    assert not any(each.blocked for each in prompted["both"])


def test_who_names_it_is_told_why_not(told: dict[str, Planner]):
    (found,) = told["encoder"].plan(strategies=("in_context",)).candidates
    assert found.blocked
    assert "name a decoder-only base with --base" in found.why


def test_its_settings_can_be_given_whatever_the_base(told: dict[str, Planner]):
    plan = told["encoder"].plan(params={"in_context.demonstrations": "2"})
    assert "probe" in {each.name for each in plan.candidates}


@pytest.mark.parametrize("name", registry.names("strategies"))
def test_kinds_are_those_that_bases_have(name: str):
    assert set(StrategyTraits.named(name).base_kinds) <= {"encoder", "decoder", "encoder-decoder"}
