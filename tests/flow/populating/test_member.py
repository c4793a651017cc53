"""A training taken from checkpoint to checkpoint by jobs equals its course followed in one fit."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from headstart import registry
from headstart.core.context import silent
from headstart.core.portion import Portion
from headstart.evaluation.decide import Wish
from headstart.flow.adapting.fit import fit
from headstart.flow.adapting.handover import read_predictions, write_also, write_rows
from headstart.flow.adapting.populating.member import go_on
from headstart.race.folder import CHECKPOINT
from tests.contracts.small_data import small_rows, small_task

PARAMS = {"epochs": 4, "learning_rate": 3e-3, "head_rate": 1e-2, "frozen_blocks": 1, "dropout": 0.1}
CHANGED = {"dropout": 0.2, "weight_decay": 0.1}
LATER = {"rate_factor": 0.5, "label_smoothing": 0.0}
COURSE = ((0.5, CHANGED), (0.75, LATER))


@pytest.fixture
def request_of(tmp_path, tiny_bert):
    """Makes a request as a run does, for a fit of `partial` with a course on a portion."""
    work = tmp_path / "work"
    train, dev = small_rows(72, seed=1), small_rows(18, seed=2)
    moved = replace(dev, groups=dev.groups + len(train), numbers=dev.numbers + len(train))
    work.mkdir()
    write_rows(train, work / "train.parquet")
    write_rows(moved, work / "dev.parquet")
    write_also({}, work)

    def made(name, course=(), **changes):
        (tmp_path / name).mkdir()
        values = {
            "folder": str(tmp_path / name),
            "work": str(work),
            "task": registry.spec(small_task()),
            "base": str(tiny_bert),
            "steps": [{"use": "partial", "params": {**PARAMS, "course": course}}],
            "metric": registry.spec(registry.build("metrics", "macro_f1", {})),
            "role": "member",
            "portion": asdict(Portion(folds=5, repeat=2)),
            "seed": 7,
            "rows_seed": 7,
            "device": "cpu",
            "precision": "float32",
            "cache": str(tmp_path / "cache"),
            "left_s": None,
            "wish": asdict(Wish()),
        }
        return json.loads(json.dumps({**values, **changes}))

    return made


def outcome(folder):
    return json.loads((folder / "outcome.json").read_text())


def test_steps_from_checkpoint_to_checkpoint_equal_the_course_in_one_fit(request_of, tmp_path):
    parent = None
    for name, until, course in (("first", 0.5, ()), ("second", 0.75, COURSE[:1]), ("third", 1.0, COURSE)):
        told = {"parent": None if parent is None else str(tmp_path / parent / CHECKPOINT), "until": until}
        go_on({**request_of(name, course), **told}, silent)
        assert outcome(tmp_path / name)["fraction"] == until
        parent = name
    fit(request_of("whole", COURSE, role="trial"), silent)
    stepwise, whole = outcome(tmp_path / "third"), outcome(tmp_path / "whole")
    assert stepwise["dev_score"] == whole["dev_score"]
    assert stepwise["curve"] == whole["curve"]
    plain = request_of("plain", role="trial")
    fit(plain, silent)
    assert outcome(tmp_path / "plain")["curve"] != whole["curve"]
    said = {name: _said(tmp_path / name) for name in ("whole", "plain")}
    assert not np.allclose(said["whole"], said["plain"], atol=1e-4)


def test_a_step_leaves_its_checkpoint_and_the_last_one_none(request_of, tmp_path):
    go_on({**request_of("first"), "parent": None, "until": 0.25}, silent)
    assert {each.name for each in (tmp_path / "first").iterdir()} == {CHECKPOINT, "outcome.json"}
    found = outcome(tmp_path / "first")
    assert found["fraction"] == 0.25
    assert 0.0 <= found["dev_score"] <= 1.0
    go_on({**request_of("all"), "parent": None, "until": 1.0}, silent)
    assert {each.name for each in (tmp_path / "all").iterdir()} == {"outcome.json"}


def test_a_step_that_is_out_of_time_says_how_far_it_came_and_leaves_nothing_to_go_on_with(
    request_of, tmp_path
):
    go_on({**request_of("late", left_s=0.0), "parent": None, "until": 0.5}, silent)
    assert outcome(tmp_path / "late")["fraction"] < 0.5
    assert not (tmp_path / "late" / CHECKPOINT).exists()


def _said(folder):
    return read_predictions(folder / "raw.npz", small_task().classes).probabilities
