"""The strategy shown in CONTRIBUTING.md works as it stands, and so does its test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_example_strategy_is_found_and_passes_its_own_test(tmp_path: Path):
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    strategy, test = re.findall(r"^```python\n(.+?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "centroid.py").write_text(strategy, encoding="utf-8")
    (tmp_path / "test_centroid.py").write_text(test, encoding="utf-8")
    # Installed as a package of its own, it is found through its entry point, without touching the source.
    record = tmp_path / "centroid-1.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: centroid\nVersion: 1\n")
    (record / "entry_points.txt").write_text("[headstart.strategies]\ncentroid = centroid:Centroid\n")
    answer = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.conftest",
            "-p",
            "no:cacheprovider",
            str(tmp_path / "test_centroid.py"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert " passed" in answer.stdout
