from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from headstart.bundle.load import load_model
from headstart.bundle.save import save_model
from headstart.core.model import Model
from headstart.errors import BundleError, RunError
from tests.bundle.models import linear_model, rows


def test_every_file_stands_in_the_manifest_with_its_hash(tmp_path: Path):
    save_model(linear_model(), tmp_path / "bundle", columns=("text",))
    told = json.loads((tmp_path / "bundle" / "bundle.json").read_text())
    files = {
        path.relative_to(tmp_path / "bundle").as_posix(): path
        for path in (tmp_path / "bundle").rglob("*")
        if path.is_file() and path.name != "bundle.json"
    }
    assert set(told["files"]) == set(files)
    for name, path in files.items():
        assert told["files"][name] == {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
    assert told["classes"] == ["billing", "bug", "shipping"]
    assert told["columns"] == ["text"]
    assert told["lineage"] == [{"use": "tfidf", "params": {"strength": 0.3}}]
    assert {"python", "headstart", "torch", "transformers", "safetensors", "numpy"} <= set(told["versions"])


def test_a_second_save_replaces_the_first_whole(tmp_path: Path):
    save_model(linear_model(seed=1), tmp_path / "bundle")
    save_model(linear_model(seed=2), tmp_path / "bundle")
    assert (load_model(tmp_path / "bundle").predict(rows()).names) == linear_model(seed=2).predict(
        rows()
    ).names
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


@dataclass(frozen=True, kw_only=True)
class Failing:
    """Writes half of its files, then fails."""

    error: Exception

    def save(self, folder: Path) -> dict[str, Any]:
        (folder / "half.json").write_text("{}")
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        RuntimeError("I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_told_and_leaves_the_earlier_bundle(tmp_path: Path, error: Exception):
    save_model(linear_model(), tmp_path / "bundle")
    broken = replace(linear_model(), predictor=Failing(error=error))
    with pytest.raises(RunError, match="disk is full"):
        save_model(broken, tmp_path / "bundle")
    assert load_model(tmp_path / "bundle").predict(rows()).names == linear_model().predict(rows()).names
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_what_the_system_says_of_a_full_disk_is_told(tmp_path: Path):
    class Overflowing:
        def save(self, folder: Path) -> dict[str, Any]:
            Path("/dev/full").write_bytes(b"x" * 100)
            return {}

    with pytest.raises(RunError, match="disk is full"):
        save_model(replace(linear_model(), predictor=Overflowing()), tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_a_file_or_holds_other_things_is_refused(tmp_path: Path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("ten years of work")
    with pytest.raises(RunError, match="not a bundle"):
        save_model(linear_model(), tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "ten years of work"
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="is a file"):
        save_model(linear_model(), tmp_path / "file")
    with pytest.raises(RunError, match="can't be written"):
        save_model(linear_model(), tmp_path / "file" / "below")


def test_a_model_that_writes_pickles_is_not_saved(tmp_path: Path):
    @dataclass(frozen=True, kw_only=True)
    class Pickling:
        def save(self, folder: Path) -> dict[str, Any]:
            (folder / "model.pkl").write_bytes(b"")
            return {}

    with pytest.raises(BundleError, match="can run code"):
        save_model(replace(linear_model(), predictor=Pickling()), tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


def test_an_unfitted_model_is_not_saved(tmp_path: Path):
    with pytest.raises(ValueError, match="no predictor"):
        save_model(Model(task=linear_model().task, predictor=None), tmp_path / "bundle")


KILLED = """
import os, signal, sys
from pathlib import Path
from dataclasses import replace
from headstart.bundle.save import save_model
from tests.bundle.models import linear_model

class Dying:
    def save(self, folder):
        (folder / "half.json").write_text("{}")
        os.kill(os.getpid(), signal.SIGKILL)

save_model(replace(linear_model(), predictor=Dying()), Path(sys.argv[1]))
"""


def test_a_killed_save_leaves_no_bundle_and_the_next_one_clears_up(tmp_path: Path):
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "bundle")], cwd=root, check=False)
    assert done.returncode == -9
    assert not (tmp_path / "bundle").exists()
    assert len(list(tmp_path.iterdir())) == 1
    save_model(linear_model(), tmp_path / "bundle")
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]
    assert len(load_model(tmp_path / "bundle").predict(rows())) == len(rows())
