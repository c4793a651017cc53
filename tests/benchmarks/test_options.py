"""The commands that the measurements' page and their own first lines show are ones that they take."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import pytest

from benchmarks.options import CellOptions

ROOT = Path(__file__).parents[2]
CASES = ROOT / "benchmarks" / "cases"
COMMAND = re.compile(r"^ *(python -m benchmarks\.cases\.\w+.*)$", re.MULTILINE)


def shown() -> list[list[str]]:
    """Module and arguments of every command that is shown, of cases that read them in one place."""
    texts = [
        path.read_text(encoding="utf-8") for path in (ROOT / "benchmarks" / "README.md", *CASES.glob("*.py"))
    ]
    found = {tuple(shlex.split(each, comments=True)[2:]) for text in texts for each in COMMAND.findall(text)}
    apart = {path.stem for path in CASES.glob("*.py") if "def _arguments" in path.read_text(encoding="utf-8")}
    return [list(each) for each in sorted(found) if each[0].rpartition(".")[2] in apart]


@pytest.mark.parametrize("command", shown(), ids=" ".join)
def test_what_is_shown_can_be_asked(command, monkeypatch):
    monkeypatch.setattr("sys.argv", command)
    asked = vars(importlib.import_module(command[0])._arguments())
    for flag, *_ in (each.split() for each in " ".join(command[1:]).split("--")[1:]):
        assert flag.replace("-", "_") in asked


def parsed(monkeypatch, *words: str, **how):
    monkeypatch.setattr("sys.argv", ["case", *words])
    options = CellOptions("A case.", **how)
    options.several("--sets", ("a", "b"))
    options.numbers("--seeds", range(3))
    options.add_argument("--work")
    return options.asked(needed=("data", "work"))


def test_all_is_measured_that_is_not_left_out(monkeypatch):
    asked = parsed(monkeypatch, "--data", "here", "--work", "there")
    assert (asked.data, asked.sets, asked.seeds, asked.cores) == (Path("here"), ("a", "b"), (0, 1, 2), 2)
    asked = parsed(
        monkeypatch, "--data", "here", "--work", "there", "--sets", "b", "--seeds", "1", cores=None
    )
    assert (asked.sets, asked.seeds, hasattr(asked, "cores")) == (["b"], [1], False)


def test_a_summary_needs_no_data_and_all_else_does(monkeypatch, capsys):
    assert parsed(monkeypatch, "--summary").data is None
    with pytest.raises(SystemExit):
        parsed(monkeypatch, "--data", "here")
    assert "--data and --work are needed to measure anything" in capsys.readouterr().err
