"""A planner for a small table of texts."""

from __future__ import annotations

import pytest

from headstart.core.split import Dataset, Split
from headstart.models.describe import describe
from headstart.planning.history import CostHistory
from headstart.planning.planner import Planner
from tests.contracts.small_data import small_rows, small_situation, small_task

ROWS = 90


@pytest.fixture
def planner(tiny_bert) -> Planner:
    """Of 90 training rows of three classes, on a tiny encoder."""
    task = small_task()
    told = small_situation(task, None, train_rows=ROWS)
    split = Split(task=task, train=small_rows(ROWS, seed=1), dev=small_rows(30, seed=2))
    return Planner(
        dataset=Dataset(split=split, test=small_rows(30, seed=3), sha256=""),
        profile=told.profile,
        bases=(describe(str(tiny_bert)),),
        machine=told.machine,
        history=CostHistory(),
    )
