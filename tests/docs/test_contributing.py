"""What CONTRIBUTING.md shows works as it stands, and so do the tests beside it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Where it stands on the page, what it is, and what else must be true of it.
SHOWN = {
    "centroid": (0, "strategies", ""),
    "brier": (
        1,
        "metrics",
        """

from headstart.config import settings
from headstart.errors import UnknownName
from headstart.flow.adapting.metric import choose_metric
from headstart.tasks.classification import Classification
from headstart.tasks.regression import Regression


def test_it_decides_where_it_is_named_and_measures_such_answers():
    wanted, _ = settings({"metric": "brier"})
    assert choose_metric(Classification(classes=("a", "b")), None, wanted).label == "Brier score"
    with pytest.raises(UnknownName, match="brier"):
        choose_metric(Regression(), None, wanted)
""",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHOWN)
def test_an_example_is_found_and_passes_its_own_test(tmp_path: Path, name: str):
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```python\n(.+?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    assert len(shown) == 2 * len(SHOWN)
    place, kind, more = SHOWN[name]
    (tmp_path / f"{name}.py").write_text(shown[2 * place], encoding="utf-8")
    (tmp_path / f"test_{name}.py").write_text(shown[2 * place + 1] + more, encoding="utf-8")
    # Installed as a package of its own, it is found through its entry point, without touching the source.
    record = tmp_path / f"{name}-1.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    point = f"[headstart.{kind}]\n{name} = {name}:{name.capitalize()}\n"
    (record / "entry_points.txt").write_text(point)
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
            str(tmp_path / f"test_{name}.py"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (tmp_path, ROOT / "src", ROOT)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert " passed" in answer.stdout
