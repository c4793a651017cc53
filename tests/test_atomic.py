from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from headstart import atomic
from headstart.atomic import atomic_file, atomic_folder
from headstart.errors import RunError


def interrupted(target: Path) -> None:
    with atomic_file(target) as part:
        part.write_text("half")
        raise KeyboardInterrupt


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path):
    target = tmp_path / "below" / "a.txt"
    with atomic_file(target) as part:
        part.write_text("one")
        assert not target.exists()
    assert target.read_text() == "one"
    with pytest.raises(KeyboardInterrupt):
        interrupted(target)
    assert target.read_text() == "one"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("swap", [True, False])
def test_a_folder_takes_the_place_of_the_earlier_one(
    tmp_path: Path, swap: bool, monkeypatch: pytest.MonkeyPatch
):
    if not swap:
        monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    for text in ("one", "two"):
        with atomic_folder(tmp_path / "a") as part:
            (part / text).write_text(text)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["two"]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


KILLED = """
import os, signal, sys
from pathlib import Path
from headstart import atomic
if sys.argv[2] == "aside":
    atomic._exchange = lambda first, second: False
    rename = os.rename
    def dying(first, second):
        rename(first, second)
        os.kill(os.getpid(), signal.SIGKILL)
    os.rename = dying
with atomic.atomic_folder(Path(sys.argv[1])) as part:
    (part / "new").write_text("new")
    if sys.argv[2] == "inside":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["inside", "aside"])
def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, moment: str):
    with atomic_folder(tmp_path / "a") as part:
        (part / "old").write_text("old")
    assert (
        subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a"), moment], check=False).returncode
        == -9
    )
    with atomic_folder(tmp_path / "a") as part:
        assert (tmp_path / "a" / "old").read_text() == "old"
        (part / "newer").write_text("newer")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["newer"]


def test_work_in_progress_of_another_is_left_alone(tmp_path: Path):
    begun, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with atomic_file(tmp_path / "a") as part:
            part.write_text("slow")
            begun.set()
            finish.wait(10)

    other = threading.Thread(target=slow)
    other.start()
    begun.wait(10)
    with atomic_file(tmp_path / "a") as part:
        part.write_text("quick")
    finish.set()
    other.join()
    assert (tmp_path / "a").read_text() == "slow"


def test_leftovers_of_the_dead_are_cleared(tmp_path: Path):
    with atomic_file(tmp_path / "a") as part:
        part.write_text("x")
        dead = part.name.replace(f"-{os.getpid()}-", "-4194399-")
    (tmp_path / dead).write_text("half")
    (tmp_path / ".mine").write_text("mine")
    with atomic_file(tmp_path / "a") as part:
        part.write_text("y")
    assert {path.name for path in tmp_path.iterdir()} == {"a", ".mine"}


def test_long_and_foreign_names_work(tmp_path: Path):
    name = "名" * 80
    with atomic_file(tmp_path / name) as part:
        part.write_text("x")
    assert (tmp_path / name).read_text() == "x"
    with pytest.raises(RunError, match="name too long"), atomic_file(tmp_path / ("x" * 300)):
        pytest.fail("a name of 300 letters can't be written")


def test_a_file_elsewhere_that_can_not_be_read_is_another_matter(tmp_path: Path):
    with pytest.raises(NotADirectoryError), atomic_file(tmp_path / "out" / "a"):
        Path(sys.executable, "below").read_text()
