from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.flow.adapting.shares import half_of, shares_of
from headstart.tasks.classification import Classification


def labelled(labels: list[str], groups: list[int] | None = None) -> tuple[Rows, Classification]:
    frame = pl.DataFrame({"text": [f"row {at}" for at in range(len(labels))], "label": labels})
    rows = Rows.of(frame, Columns(text=("text",), target="label"))
    if groups is not None:
        rows = replace(rows, groups=np.array(groups))
    return rows, Classification(classes=tuple(sorted(set(labels))))


@pytest.mark.parametrize("seed", range(5))
def test_each_class_is_halved_and_none_is_lost(seed: int):
    labels = ["common"] * 60 + ["rare"] * 10 + ["single"]
    half = half_of(*labelled(labels), seed=seed)
    assert half is not None
    kept = {name: half.targets.count(name) for name in set(labels)}
    assert kept == {"common": 30, "rare": 5, "single": 1}
    assert (np.diff(half.numbers) > 0).all()


def test_rows_that_belong_together_stay_together():
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 40, 200).tolist()
    rows, task = labelled(rng.choice(["a", "b", "c"], 200).tolist(), groups)
    half = half_of(rows, task, seed=1)
    assert half is not None
    away = set(rows.groups) - set(half.groups)
    assert len(half) + int(np.isin(rows.groups, list(away)).sum()) == len(rows)
    assert 80 <= len(half) <= 120


def test_the_seed_decides_which_half():
    rows, task = labelled(["a", "b"] * 50)
    numbers = [tuple(half.numbers) for seed in (0, 0, 1) if (half := half_of(rows, task, seed=seed))]
    assert numbers[0] == numbers[1] != numbers[2]


@pytest.mark.parametrize(
    ("labels", "groups"),
    [
        (["a", "b"] * 20, [0] * 36 + [1, 2, 3, 4]),
        ([f"class {at}" for at in range(30)], None),
        (["a", "b"], [0, 0]),
    ],
)
def test_what_cannot_be_halved_is_not_called_a_half(labels: list[str], groups: list[int] | None):
    rows, task = labelled(labels, groups)
    assert half_of(rows, task, seed=0) is None


def test_a_quarter_lies_within_the_half():
    rows, task = labelled(["a", "b"] * 40)
    shares = shares_of(rows, task, seed=0)
    assert {role: len(share) for role, share in shares.items()} == {"half": 40, "quarter": 20}
    assert set(shares["quarter"].numbers) < set(shares["half"].numbers)
    assert shares["quarter"].targets.count("a") == 10


def test_what_can_be_halved_once_alone_has_no_quarter():
    rows, task = labelled(["a"] * 4 + ["b", "b"])
    assert [*shares_of(rows, task, seed=0)] == ["half"]
    assert shares_of(*labelled(["a", "b"]), seed=0) == {}
