from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from headstart.bundle.check import compare, predict_in_fresh_process
from headstart.bundle.save import save_model
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.errors import OutOfTime, WorkerError
from tests.bundle.models import TEXTS, linear_model, rows


def test_a_fresh_process_gives_the_same_predictions(tmp_path: Path):
    model = linear_model()
    save_model(model, tmp_path / "bundle")
    predictions, seconds, peak_bytes = predict_in_fresh_process(tmp_path / "bundle", rows(), timeout_s=120)
    difference, flipped = compare(model.predict(rows()), predictions)
    assert difference <= 1e-7
    assert flipped == 0
    assert seconds > 0
    assert 10_000_000 < peak_bytes < 20_000_000_000


def test_rows_need_no_room_in_the_system_s_folder_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    save_model(linear_model(), tmp_path / "bundle")
    (tmp_path / "work [1]").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "full"))
    monkeypatch.chdir(tmp_path)
    found = predict_in_fresh_process(Path("bundle"), rows(), timeout_s=120, workdir=Path("work [1]"))
    assert found.predictions.names == linear_model().predict(rows()).names
    assert list((tmp_path / "work [1]").iterdir()) == []


def test_the_fresh_process_never_sees_the_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    save_model(linear_model(), tmp_path / "bundle")
    handed = tmp_path / "handed"
    handed.mkdir()
    from headstart.bundle import check

    frame = pl.DataFrame({"text": TEXTS, "label": ["secret"] * len(TEXTS)})
    check._hand_over(Rows.of(frame, Columns(text=("text",), target="label")), handed)
    assert all(b"secret" not in path.read_bytes() for path in handed.iterdir())
    given = Rows.of(frame, Columns(text=("text",), target="label"))
    assert len(predict_in_fresh_process(tmp_path / "bundle", given, timeout_s=120).predictions) == len(TEXTS)


def test_the_process_computes_with_as_many_threads_as_it_is_told(tmp_path: Path, monkeypatch):
    save_model(linear_model(), tmp_path / "bundle")
    told: list[str] = []
    begin = subprocess.Popen

    def noted(*command: Any, env: dict[str, str], **more: Any) -> Any:
        told.append(env.get("OMP_NUM_THREADS", ""))
        return begin(*command, env=env, **more)

    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(subprocess, "Popen", noted)
    for threads in (None, 3):
        predict_in_fresh_process(tmp_path / "bundle", rows(), timeout_s=120, threads=threads)
    assert told == ["1", "3"]


def test_a_worker_that_fails_says_why(tmp_path: Path):
    save_model(linear_model(), tmp_path / "bundle")
    weights = tmp_path / "bundle" / "predictor" / "linear.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(WorkerError, match=r"status 1(.|\n)*linear\.safetensors has"):
        predict_in_fresh_process(tmp_path / "bundle", rows(), timeout_s=120)


def test_a_worker_that_takes_too_long_is_ended(tmp_path: Path):
    save_model(linear_model(), tmp_path / "bundle")
    with pytest.raises(OutOfTime, match="within 0 s"):
        predict_in_fresh_process(tmp_path / "bundle", rows(), timeout_s=0.01)


def test_compare_counts_flips_and_finds_the_greatest_difference():
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]])
    first = Predictions(classes=("a", "b"), labels=np.array([0, 1, -1]), probabilities=probabilities)
    second = replace(
        first, labels=np.array([0, 0, -1]), probabilities=np.array([[0.9, 0.1], [0.6, 0.4], [0.5, 0.5]])
    )
    assert compare(first, first) == (0.0, 0)
    difference, flipped = compare(first, second)
    assert difference == pytest.approx(0.2)
    assert flipped == 1
    with pytest.raises(ValueError, match="different rows or classes"):
        compare(first, replace(second, classes=("b", "a")))
    texts = Predictions(texts=("x", "y"))
    assert compare(texts, Predictions(texts=("x", "z"))) == (0.0, 1)


def test_a_file_in_the_working_folder_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    save_model(linear_model(), tmp_path / "bundle")
    (tmp_path / "polars.py").write_text("raise SystemExit('imported from the working folder')")
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the working folder')")
    monkeypatch.chdir(tmp_path)
    found = predict_in_fresh_process(Path("bundle"), rows(), timeout_s=120)
    assert json.dumps(found.predictions.names) == json.dumps(linear_model().predict(rows()).names)
