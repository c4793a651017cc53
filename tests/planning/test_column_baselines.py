"""Trees are a baseline wherever there are columns, and what reads columns is raced there alone."""

from __future__ import annotations

import pytest

from headstart import registry
from headstart.core.split import Dataset, Split
from headstart.errors import SettingError
from headstart.models.describe import describe
from headstart.planning.history import CostHistory
from headstart.planning.planner import Planner, column_baselines, strategies_for
from tests.contracts.small_data import small_situation, small_task
from tests.contracts.table_data import table_rows


@pytest.fixture
def split() -> Split:
    return Split(task=small_task(), train=table_rows(90, seed=1), dev=table_rows(30, seed=2))


def plain(split: Split) -> Split:
    return Split(task=split.task, train=split.train.plain, dev=split.dev.plain)


def planner(split: Split, tiny_bert) -> Planner:
    told = small_situation(split.task, None, train_rows=90)
    return Planner(
        dataset=Dataset(split=split, test=table_rows(30, seed=3), sha256=""),
        profile=told.profile,
        bases=(describe(str(tiny_bert)),),
        machine=told.machine,
        history=CostHistory(),
        further={name: {} for name in column_baselines(split)},
    )


def test_trees_are_a_baseline_where_there_are_columns(split, tiny_bert):
    found = planner(split, tiny_bert).plan(params={"trees.leaves": 7})
    trees = next(each for each in found.baselines if each.name == "trees")
    assert not trees.blocked
    assert trees.steps[0].params == {"leaves": 7}
    assert "late_fusion" in {each.name for each in found.candidates}
    assert "trees" not in {each.name for each in found.candidates}


def test_without_columns_there_is_neither(split, tiny_bert):
    bare = plain(split)
    assert column_baselines(bare) == ()
    found = planner(bare, tiny_bert).plan()
    assert not {"trees", "late_fusion"} & {each.name for each in (*found.baselines, *found.candidates)}


def test_what_was_named_is_blocked_with_what_to_do(split, tiny_bert):
    found = planner(plain(split), tiny_bert).plan(strategies=("late-fusion",))
    assert found.candidates[0].blocked
    assert "--columns" in found.candidates[0].why


def test_trees_can_not_be_raced(split):
    with pytest.raises(SettingError, match="'trees' is a baseline that is measured wherever"):
        strategies_for(split.task, ("trees",), columns=True)


def test_every_listed_strategy_says_whether_it_is_a_baseline_and_what_it_reads():
    known = {"also", "unlabelled", "columns"}
    for name in registry.names("strategies"):
        strategy = registry.load("strategies", name)
        assert set(getattr(strategy, "reads", ())) <= known
        assert isinstance(getattr(strategy, "baseline", False), bool)
