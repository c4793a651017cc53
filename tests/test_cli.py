"""The command line is made from the verbs and says so in its help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from headstart import cli

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any


def headstart(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headstart.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", cli.verbs())
def test_every_verb_has_help_for_every_option(name: str) -> None:
    function = cli.verb(name)
    helps = cli.argument_helps(function)
    for parameter in cli._parameters(function):
        assert helps.get(parameter.name), f"{name} says nothing of {parameter.name}"
    done = headstart(name.replace("_", "-"), "--help")
    assert done.returncode == 0
    assert "--json" in done.stdout


def test_help_needs_no_heavy_library() -> None:
    script = (
        "import sys; sys.argv = ['headstart', '--help']; from headstart import cli\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "heavy = ('torch', 'transformers', 'sklearn', 'polars', 'numpy', 'pandas')\n"
        "print([module for module in heavy if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version() -> None:
    assert headstart("--version").stdout.startswith("headstart 0.")


def test_what_is_piped_is_utf8_whatever_the_system_writes() -> None:
    script = (
        "import sys; sys.argv = ['headstart', '--version']; from headstart import cli\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "print('\\u2588', 'k\\udcf6ln.csv')"
    )
    written = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=written)
    assert done.stdout.decode("utf-8").splitlines()[-1] == "\u2588 k\\udcf6ln.csv"


@pytest.mark.parametrize(
    "arguments", [["adpat"], ["adapt", "--tagret", "x"], ["adapt", "f.csv", "--seed", "one"]]
)
def test_wrong_use_exits_with_2(arguments: list[str]) -> None:
    done = headstart(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_list_speaks_to_programs() -> None:
    listing = json.loads(headstart("list", "strategies", "--json").stdout)
    full = next(each for each in listing["plugins"] if each["name"] == "full")
    assert {"epochs", "learning_rate", "weight_decay", "warmup", "max_length"} <= {
        knob["name"] for knob in full["knobs"]
    }


def test_an_unknown_kind_is_answered_with_the_nearest() -> None:
    done = headstart("list", "strategy")
    assert done.returncode == 2
    assert "strategies" in done.stderr


def verb(
    data: object,
    *,
    name: str | None = None,
    several: tuple[str, ...] = (),
    pairs: Mapping[str, Any] | None = None,
    where: Path | None = None,
    flag: bool = False,
    count: int | None = None,
) -> Answer:
    """Do a thing.

    Args:
        data: What to read.
        name: A name that is long
            and goes on.
        several: Many.
        pairs: Pairs.
        where: A place.
        flag: A switch.
        count: A number.

    Returns:
        nothing: much.
    """
    return Answer(dict(locals()))


class Answer:
    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def to_dict(self) -> dict[str, Any]:
        return self.values


def test_options_arrive_as_the_signature_says(capsys: pytest.CaptureFixture[str]) -> None:
    import typer

    app = typer.Typer()
    app.command()(cli.command(verb))
    given = (
        "file.csv --name n --several a --several b --pairs k=v=w --pairs l=1 --where here --flag --count 3"
    )
    app([*given.split(), "--json"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "data": "file.csv",
        "name": "n",
        "several": ["a", "b"],
        "pairs": {"k": "v=w", "l": "1"},
        "where": "here",
        "flag": True,
        "count": 3,
    }
    assert cli.argument_helps(verb)["name"] == "A name that is long and goes on."
    assert "nothing" not in cli.argument_helps(verb)
