"""Ordered classes through the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from tests.contracts.number_data import number_rows


@pytest.mark.slow
def test_stars_from_file_to_predictions(tmp_path, tiny_bert):
    rows = number_rows(500, seed=1)
    stars = np.clip(np.round([(float(each) + 3) / 2 for each in rows.targets]), 0, 3).astype(int)
    texts = [f"{text} {place}" for place, text in enumerate(rows.texts)]
    pl.DataFrame({"remark": texts, "stars": stars}).write_csv(tmp_path / "stars.csv")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "headstart.cli", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stderr
        return done

    options = ("--target", "stars", "--task", "ordinal", "--base", str(tiny_bert), "--strategy", "probe")
    found = json.loads(
        run("adapt", "stars.csv", *options, "--search", "none", "--within", "10m", "--json").stdout
    )
    assert found["task"] == "ordinal"
    assert found["metric"] == "quadratic_kappa"
    assert found["scores"]["majority"]["value"] == pytest.approx(0.0, abs=1e-9)
    assert found["scores"]["winner"]["value"] > 0.5
    assert set(found["other_metrics"]) == {"rank_mae", "accuracy", "macro_f1", "log_loss"}
    pl.DataFrame({"remark": ["good light film the", "bad broken never the"]}).write_csv(tmp_path / "new.csv")
    said = run("predict", found["bundle"], "new.csv").stdout.splitlines()
    high, low = (float(line.split(",")[1]) for line in said[1:])
    assert high > low
