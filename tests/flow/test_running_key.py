"""Models that do the same work for a row have one key, and all others keys of their own."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from headstart.bundle.contents import list_files
from headstart.bundle.manifest import Manifest
from headstart.core.portion import Portion
from headstart.flow.adapting.running_key import running_key
from tests.contracts.small_data import small_rows
from tests.flow.fits import fitted, hand_over, key

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = ("probe", "zero_shot", "few_shot", "partial", "lora")


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_bert) -> Path:
    root: Path = tmp_path_factory.mktemp("run")
    train, dev, test = (small_rows(rows, seed=seed) for rows, seed in ((36, 1), (30, 2), (40, 3)))
    hand_over(root, train=train, dev=dev, test=test)
    last = {"probe": {"layer": 3, "pooling": "mean"}, "partial": {"epochs": 1}, "lora": {"epochs": 1}}
    for name in (*WHOLE, "prefix_tuning", "tfidf"):
        base = None if name == "tfidf" else str(tiny_bert)
        params = {"epochs": 1} if name == "prefix_tuning" else last.get(name, {})
        fitted(root, name, base=base, params=params, role="trial", portion=Portion())
    return root


def model(run: Path, name: str) -> Path:
    return run / "trials" / key(name, "trial") / "model"


def test_whatever_reads_once_through_a_whole_base_has_one_key(run):
    keys = {running_key(model(run, name)) for name in WHOLE}
    assert len(keys) == 1
    told = json.loads((model(run, "lora").parent / "outcome.json").read_text())
    assert keys == {told["runs"]}
    assert None not in keys


def test_what_stands_ahead_of_each_text_and_what_has_no_network_are_apart(run):
    assert running_key(model(run, "prefix_tuning")) not in (None, running_key(model(run, "probe")))
    assert running_key(model(run, "tfidf")) is None


def test_a_longer_text_and_another_size_are_other_work(run, tmp_path):
    found = tmp_path / "model"
    shutil.copytree(model(run, "probe"), found)
    usual, manifest = running_key(found), Manifest.read(found)
    config = {**manifest.predictor["config"], "max_length": 9}
    replace(manifest, predictor={**manifest.predictor, "config": config}).write(found)
    longer = running_key(found)
    with (found / "predictor" / "backbone" / "model.safetensors").open("ab") as weights:
        weights.write(b"more")
    replace(manifest, files=list_files(found)).write(found)
    assert len({usual, longer, running_key(found)}) == 3
