from __future__ import annotations

import itertools
import shlex
from dataclasses import replace

from headstart.config import Settings
from headstart.report.reproduce import reproduce
from tests.report.sample_result import sample_result


def test_settings_that_were_given_come_back_as_options():
    given = Settings(
        target="my label",
        text=("title", "body"),
        describe={"0": "bad thing", "1": "good"},
        within="90s",
        no_text=True,
        seed=3,
        costs={"bad": {"good": 20.0, "fine": 0.5}, "good": {"bad": 3}},
        set={"full.epochs": 2, "full.course": [[0.5, {"dropout": 0.1}]]},
    )
    settings = {"data": "a file.csv", **given.model_dump(mode="json")}
    words = shlex.split(reproduce(replace(sample_result(), settings=settings)))
    assert words[:3] == ["headstart", "adapt", "a file.csv"]
    pairs = list(itertools.pairwise(words))
    for option, value in (
        ("--target", "my label"),
        ("--text", "title"),
        ("--text", "body"),
        ("--describe", "0=bad thing"),
        ("--within", "90s"),
        ("--seed", "3"),
        ("--costs", "bad:good=20"),
        ("--costs", "bad:fine=0.5"),
        ("--costs", "good:bad=3"),
        ("--set", "full.epochs=2"),
        ("--set", 'full.course=[[0.5, {"dropout": 0.1}]]'),
    ):
        assert (option, value) in pairs
    assert "--no-text" in words
    assert "--margin" not in words
    assert "--base" not in words


def test_defaults_need_no_options():
    assert (
        reproduce(replace(sample_result(), settings=Settings().model_dump(mode="json")))
        == "headstart adapt FILE"
    )
