"""Models of one frozen base read the sealed rows in one pass, and say what each would say alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart.bundle.contents import list_files
from headstart.bundle.manifest import Manifest
from headstart.core.portion import Portion
from headstart.flow.adapting.handover import read_predictions
from headstart.flow.adapting.reading_key import reading_key
from headstart.flow.adapting.test import test as run_test
from headstart.models.backbone import Backbone
from tests.contracts.small_data import CLASSES, small_rows
from tests.flow.fits import fitted, hand_over, key, worked

if TYPE_CHECKING:
    from pathlib import Path

FROZEN = ("zero_shot", "few_shot", "probe")


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_bert) -> Path:
    root: Path = tmp_path_factory.mktemp("run")
    train, dev, test = (small_rows(rows, seed=seed) for rows, seed in ((36, 1), (30, 2), (40, 3)))
    hand_over(root, train=train, dev=dev, test=test)
    last = {"probe": {"pooling": "mean", "layer": 3}, "few_shot": {"method": "neighbours"}}
    for name in (*FROZEN, "partial", "tfidf"):
        base = None if name == "tfidf" else str(tiny_bert)
        params = {"epochs": 1} if name == "partial" else last.get(name, {})
        fitted(root, name, base=base, params=params, role="trial", portion=Portion())
    return root


def folder(root: Path, name: str) -> Path:
    return root / "trials" / key(name, "trial")


def met(root: Path, *names: str) -> None:
    folders = [str(folder(root, each)) for each in names]
    worked(run_test, {"folders": folders, "rows": str(root / "work" / "test.parquet")})


def test_those_of_one_frozen_base_have_one_key_and_what_was_trained_its_own(run):
    keys = {name: reading_key(folder(run, name) / "model") for name in (*FROZEN, "partial", "tfidf")}
    assert keys["zero_shot"] == keys["few_shot"] == keys["probe"]
    assert keys["partial"] not in (None, keys["probe"])
    assert keys["tfidf"] is None
    told = json.loads((folder(run, "probe") / "outcome.json").read_text())
    assert told["reads"] == keys["probe"]


def test_the_process_that_leads_a_run_reads_keys_without_torch():
    """A worker imports it while this process gets on with the rows."""
    program = "import sys, headstart.flow.adapting.run; print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_what_stands_ahead_of_texts_beside_an_equal_base_is_no_equal_reading(run, tmp_path):
    model = tmp_path / "model"
    shutil.copytree(folder(run, "probe") / "model", model)
    (model / "predictor" / "adapter").mkdir()
    (model / "predictor" / "adapter" / "adapter_config.json").write_text("{}")
    manifest = replace(Manifest.read(model), files=list_files(model))
    manifest.write(model)
    assert reading_key(model) not in (None, reading_key(folder(run, "probe") / "model"))


def test_they_say_together_what_each_says_alone(run):
    alone = {}
    for name in FROZEN:
        met(run, name)
        alone[name] = read_predictions(folder(run, name) / "test.npz", CLASSES)
    met(run, *FROZEN)
    for name in FROZEN:
        found = read_predictions(folder(run, name) / "test.npz", CLASSES)
        np.testing.assert_array_equal(found.labels, alone[name].labels)
        np.testing.assert_allclose(found.probabilities, alone[name].probabilities, atol=1e-6)
        assert json.loads((folder(run, name) / "test.json").read_text())["row_ms"] > 0
    assert not np.allclose(alone["probe"].probabilities, alone["zero_shot"].probabilities, atol=1e-3)


def test_the_rows_are_read_once_for_all_of_them(run, monkeypatch):
    read = list[int]()
    forward = Backbone.read

    def counted(self, batch):
        read.append(len(batch.tokens))
        return forward(self, batch)

    monkeypatch.setattr(Backbone, "read", counted)
    monkeypatch.setattr("headstart.flow.adapting.test.LEAST_S", 0.0)
    met(run, "probe")
    one = sum(read)
    read.clear()
    met(run, *FROZEN)
    assert sum(read) == one
