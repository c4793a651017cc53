"""A run folder knows whose it is, keeps what finished, and survives being killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from headstart.errors import RunError
from headstart.race.folder import RunFolder, read_json, write_json, writing


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    (tmp_path / "run").mkdir()
    return RunFolder(root=tmp_path / "run")


def test_the_same_run_goes_on(folder: RunFolder) -> None:
    assert folder.begin({"seed": 0}) is False
    assert folder.begin({"seed": 0}) is True


def test_other_settings_are_named(folder: RunFolder) -> None:
    folder.begin({"seed": 0, "metric": "accuracy"})
    with pytest.raises(RunError, match=r"different: metric.*--out"):
        folder.begin({"seed": 0, "metric": "macro_f1"})


def test_rows_that_differ_are_named_where_no_setting_does(folder: RunFolder) -> None:
    folder.begin({"seed": 0, "data": "abc"})
    with pytest.raises(RunError, match=r"different: data\)"):
        folder.begin({"seed": 0, "data": "def"})
    with pytest.raises(RunError, match=r"different: seed\)"):
        folder.begin({"seed": 1, "data": "def"})


def test_a_folder_of_somebody_elses_files_is_left_alone(folder: RunFolder) -> None:
    (folder.root / "thesis.docx").write_text("years of work")
    with pytest.raises(RunError, match=r"thesis\.docx"):
        folder.begin({"seed": 0})
    assert [each.name for each in folder.root.iterdir()] == ["thesis.docx"]


def test_a_kill_while_the_run_was_noted_does_not_make_it_strange(folder: RunFolder) -> None:
    (folder.root / ".run.json.part").write_text('{"se')
    assert folder.begin({"seed": 0}) is False


def test_a_run_in_the_place_of_another_one_has_a_name_of_its_own(folder: RunFolder) -> None:
    folder.begin({"seed": 0})
    first = folder.name
    folder.begin({"seed": 0})
    assert folder.name == first
    (folder.root / "run.json").unlink()
    folder.begin({"seed": 1})
    assert folder.name != first


def test_a_torn_last_line_is_ignored_and_the_next_one_is_whole(folder: RunFolder) -> None:
    folder.append({"key": "a"})
    with folder.log.open("ab") as file:
        file.write(b'{"key": "b", "sta')
    folder.append({"key": "c"})
    assert [each["key"] for each in folder.records()] == ["a", "c"]


def test_every_reader_of_json_takes_a_line_whatever_is_in_it(folder: RunFolder) -> None:
    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is no JSON")

    nan, odd = float("nan"), "k\udcf6ln/\u00df"
    folder.append({"dev_score": nan, "candidate": {"quality": (0.5, float("inf"))}, "bundle": odd})
    (line,) = folder.log.read_bytes().decode("utf-8").splitlines()
    told = json.loads(line, parse_constant=refuse)
    assert told["dev_score"] is None
    assert told["candidate"]["quality"] == [0.5, None]
    assert told["bundle"] == odd


def test_a_second_process_is_turned_away(folder: RunFolder) -> None:
    script = (
        "import sys; from pathlib import Path; from headstart.race.folder import RunFolder\n"
        "with RunFolder(root=Path(sys.argv[1])).held(): print('held')"
    )
    with folder.held():
        second = subprocess.run(
            [sys.executable, "-c", script, str(folder.root)], capture_output=True, text=True, check=False
        )
    assert "another process is working in" in second.stderr
    third = subprocess.run(
        [sys.executable, "-c", script, str(folder.root)], capture_output=True, text=True, check=False
    )
    assert third.stdout == "held\n"


def test_json_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write_json(path, {"seconds": 1})
    write_json(path, {"seconds": 2})
    assert read_json(path) == {"seconds": 2}
    path.write_text('{"seconds": ')
    assert read_json(path) is None


@pytest.mark.parametrize(
    ("code", "words"), [("ENOSPC", "disk is full"), ("EACCES", "can't write"), ("EROFS", "can't write")]
)
def test_faults_of_the_disk_say_what_to_do(tmp_path: Path, code: str, words: str) -> None:
    import errno

    with pytest.raises(RunError, match=words), writing(tmp_path):
        raise OSError(getattr(errno, code), os.strerror(getattr(errno, code)))


def test_a_file_in_the_place_of_the_folder_is_an_answer_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="--out"), RunFolder(root=tmp_path / "file" / "run").held():
        pass


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no place that takes no folders")
def test_a_place_that_takes_no_folders_is_an_answer_not_a_traceback() -> None:
    with (
        pytest.raises(RunError, match=r"no folder can be made there.*--out"),
        RunFolder(root=Path("/proc/run")).held(),
    ):
        pass


def test_a_name_that_is_too_long_is_an_answer_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="--out"), RunFolder(root=tmp_path / ("run" * 100)).held():
        pass


def test_only_what_the_run_itself_needed_is_swept(folder: RunFolder) -> None:
    folder.begin({"seed": 0})
    for path in (
        folder.work / "train.arrow",
        folder.trials / "k" / "model" / "weights",
        folder.trials / "k" / "outcome.json",
        # Of a process that is no more: the first one did not start in the first second of all times.
        folder.trials / "k" / ".model.0a1b2c3d.part-1-1-deadbeef" / "weights",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    folder.sweep()
    assert not folder.work.exists()
    assert sorted(each.name for each in (folder.trials / "k").iterdir()) == ["outcome.json"]
    assert json.loads((folder.root / "run.json").read_text()) == {"seed": 0}


def test_a_name_that_is_no_text_is_written_and_comes_back(tmp_path: Path) -> None:
    told = {"data": b"k\xf6ln.csv".decode("utf-8", "surrogateescape"), "é": 1}
    write_json(tmp_path / "told.json", told)
    assert read_json(tmp_path / "told.json") == told
