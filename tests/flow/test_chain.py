"""Strategies that follow one another through the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import polars as pl
import pytest

from tests.contracts.small_data import small_rows


@pytest.mark.slow
def test_two_in_a_row_from_file_to_predictions(tmp_path, tiny_bert):
    rows = small_rows(120, seed=1)
    # No two rows are alike, so that each counts.
    texts = [f"{text} {place}" for place, text in enumerate(rows.texts)]
    pl.DataFrame({"text": texts, "label": rows.targets}).write_csv(tmp_path / "rows.csv")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "headstart.cli", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stderr
        return done

    options = ("--target", "label", "--base", str(tiny_bert), "--strategy", "contrastive+partial")
    settings = ("--set", "contrastive.steps=20", "--set", "partial.epochs=2")
    found = json.loads(
        run("adapt", "rows.csv", *options, *settings, "--search", "none", "--within", "10m", "--json").stdout
    )
    assert found["winner"]["strategies"] == ["contrastive", "partial"]
    assert found["winner"]["params"]["contrastive"]["steps"] == 20
    assert found["winner"]["params"]["partial"]["epochs"] == 2
    assert found["scores"]["winner"]["value"] > found["scores"]["majority"]["value"]
    pl.DataFrame({"text": ["good film the end bad", "invoice paid send please"]}).write_csv(
        tmp_path / "new.csv"
    )
    assert len(run("predict", found["bundle"], "new.csv").stdout.splitlines()) == 3
