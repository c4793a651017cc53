"""Wrong use and bad input, through the real command line: one message, exit status 2, nothing left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = "text,label\n" + "".join(f"the {a} {b},{a}\n" for a in ("red", "blue") for b in range(30))
Adapt = "Callable[..., subprocess.CompletedProcess[str]]"


@pytest.fixture
def adapt(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*options: str, data: str = "data.csv") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "headstart.cli", "adapt", data, *options]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    return run


def refused(done: subprocess.CompletedProcess[str], folder: Path, *words: str) -> None:
    """One message with these words, exit status 2, no traceback, no run folder."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 1500, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    assert not (folder / "runs").exists()


CASES: dict[str, tuple[bytes | None, tuple[str, ...], tuple[str, ...]]] = {
    "missing file": (None, (), ("data.csv",)),
    "empty file": (b"", (), ("data.csv", "empty")),
    "header only": (b"text,label\n", (), ("no rows",)),
    "no such column": (GOOD.encode(), ("--target", "lable"), ("lable", "label")),
    "one class": (
        b"text,label\n" + b"a nice day,good\n" * 3 + b"another day,good\n",
        ("--target", "label"),
        ("good",),
    ),
    "all texts empty": (
        b"text,label\n" + b",good\n,bad\n" * 20,
        ("--target", "label", "--text", "text"),
        ("empty",),
    ),
    "huge cell": (
        b"text,label\n" + b"x" * 10_500_000 + b",good\na fine day,bad\n",
        ("--target", "label"),
        ("row",),
    ),
    "NUL bytes": (GOOD.encode().replace(b"the red 3", b"the \0red 3"), ("--target", "label"), ("NUL",)),
    "broken UTF-8": (
        GOOD.replace("the", "thé").encode() + b"a \xff\xfe\xfa b,red\n",
        ("--target", "label"),
        ("UTF-8",),
    ),
    "ragged rows": (GOOD.encode() + b"one,two,three,four\n", ("--target", "label"), ("61",)),
    "duplicated columns": (b"text,text,label\na,b,c\n" * 5, ("--target", "label"), ("text",)),
    "continuous target": (
        b"text,price\n" + b"".join(f"offer number {n},{n * 1.37 + 0.01:.4f}\n".encode() for n in range(80)),
        ("--target", "price", "--task", "classification"),
        ("price", "continuous", "--task regression"),
    ),
    "text among numbers": (
        b"text,price\n" + b"".join(f"offer {n},{n * 1.37:.4f}\n".encode() for n in range(80)) + b"odd,dear\n",
        ("--target", "price", "--task", "regression"),
        ("row 81", "'dear'", "no numbers"),
    ),
    "words and tags of different length": (
        b"tokens,tags\n" + b'"[""a"", ""b""]","[""O"", ""B-X""]"\n' * 20 + b'"[""a""]","[""O"", ""O""]"\n',
        ("--target", "tags", "--task", "tagging"),
        ("row 21", "1 words", "2 tags"),
    ),
    "unknown tag scheme": (
        b"tokens,tags\n" + b'"[""a"", ""b""]","[""NOUN"", ""VERB""]"\n' * 20,
        ("--target", "tags", "--text", "tokens", "--task", "tagging"),
        ("row 1", "NOUN", "tags", "B-PERSON"),
    ),
    "several targets that are no yes or no": (
        b"text,a,b\n" + b"".join(f"offer {n},{n % 2},{n % 3}\n".encode() for n in range(80)),
        ("--target", "a", "--target", "b", "--task", "multilabel"),
        ("row 3", "'2'", "0 or 1"),
    ),
    "a metric of another task": (
        b"text,price\n" + b"".join(f"offer {n},{n * 1.37:.4f}\n".encode() for n in range(80)),
        ("--target", "price", "--metric", "accuracy"),
        ("accuracy", "pearson"),
    ),
    "a positive class of a number": (
        b"text,price\n" + b"".join(f"offer {n},{n * 1.37:.4f}\n".encode() for n in range(80)),
        ("--target", "price", "--positive", "1"),
        ("positive", "regression"),
    ),
    "unknown option value": (GOOD.encode(), ("--target", "label", "--within", "soon"), ("soon", "90s")),
    "unknown strategy": (
        GOOD.encode(),
        ("--target", "label", "--strategy", "prob"),
        ("did you mean 'probe'",),
    ),
    "baseline as strategy": (
        GOOD.encode(),
        ("--target", "label", "--strategy", "tfidf"),
        ("measured anyway",),
    ),
    "unknown metric": (
        GOOD.encode(),
        ("--target", "label", "--metric", "acuracy"),
        ("did you mean 'accuracy'",),
    ),
    "unknown base": (GOOD.encode(), ("--target", "label", "--base", "no/such-model"), ("no/such-model",)),
    "unknown parameter": (GOOD.encode(), ("--target", "label", "--set", "epoch=3"), ("did you mean",)),
    "parameter without value": (GOOD.encode(), ("--target", "label", "--set", "epochs"), ("key=value",)),
    "a mistake that pays": (
        GOOD.encode(),
        ("--target", "label", "--costs", "red:blue=-3"),
        ("got -3 where 'red' is called 'blue'",),
    ),
    "unknown positive": (
        GOOD.encode(),
        ("--target", "label", "--metric", "f1", "--positive", "rde"),
        ("'red'",),
    ),
    "unknown described label": (
        GOOD.encode(),
        ("--target", "label", "--describe", "rde=warm"),
        ("rde", "red"),
    ),
    "text is target": (GOOD.encode(), ("--target", "label", "--text", "label"), ("label",)),
    "not what it is called": (b"PAR1 this is no parquet file", (), ("data.parquet",)),
    "broken JSON line": (b'{"text": "a", "label": "b"}\n{"text": "a", \n', (), ("2",)),
}
NAMES = {"not what it is called": "data.parquet", "broken JSON line": "data.jsonl"}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_answered(
    adapt: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, case: str
) -> None:
    content, options, words = CASES[case]
    name = NAMES.get(case, "data.csv")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    refused(adapt(*options, data=name), tmp_path, *words)


def test_a_missing_file_offers_its_neighbours(
    adapt: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "reviews.csv").write_text(GOOD)
    refused(adapt(data="review.csv"), tmp_path, "reviews.csv")


def test_a_directory_is_not_a_file(
    adapt: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "data.csv").mkdir()
    refused(adapt(), tmp_path, "is a folder")


@pytest.mark.parametrize(
    "breakage", ["no config", "torn config", "torn weights", "no weights", "no tokenizer"]
)
def test_a_corrupt_base_is_named(
    adapt: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, tiny_bert: Path, breakage: str
) -> None:
    import shutil

    (tmp_path / "data.csv").write_text(GOOD)
    base = tmp_path / "base"
    shutil.copytree(tiny_bert, base)
    config, weights = base / "config.json", base / "model.safetensors"
    if breakage == "no config":
        config.unlink()
    elif breakage == "torn config":
        config.write_text(config.read_text()[:40])
    elif breakage == "torn weights":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif breakage == "no weights":
        weights.unlink()
    else:
        for each in base.glob("*token*"):
            each.unlink()
    word = "token" if breakage == "no tokenizer" else "config.json" if "config" in breakage else "safetensors"
    refused(adapt("--target", "label", "--base", "base"), tmp_path, word)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written(
    adapt: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "data.csv").write_text(GOOD)
    (tmp_path / "locked").mkdir(mode=0o500)
    refused(adapt("--target", "label", "--out", "locked/run"), tmp_path, "--out")


def test_a_file_in_the_place_of_the_output_folder(
    adapt: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "data.csv").write_text(GOOD)
    (tmp_path / "taken").write_text("")
    refused(adapt("--target", "label", "--out", "taken"), tmp_path, "taken", "--out")


def test_a_full_disk(adapt: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    (tmp_path / "data.csv").write_text(GOOD)
    run = tmp_path / "run"
    run.mkdir()
    (run / "log.jsonl").symlink_to("/dev/full")
    refused(adapt("--target", "label", "--out", "run"), tmp_path, "disk is full")


def test_a_run_with_other_settings_is_not_overwritten(
    adapt: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "data.csv").write_text(GOOD)
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.json").write_text(json.dumps({"seed": 41}))
    refused(adapt("--target", "label", "--out", "run"), tmp_path, "other settings", "seed", "--out")
    assert json.loads((run / "run.json").read_text()) == {"seed": 41}


def test_no_data_at_all_says_how(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "headstart.cli", "adapt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    refused(done, tmp_path, "headstart adapt FILE")
