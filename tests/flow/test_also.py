"""Auxiliary files through the real command line: they teach, and nothing else is heard of them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

import headstart
from headstart.config import settings
from headstart.data.normalise import normalise
from headstart.flow.adapting.fit import FitRequest, split_of
from headstart.flow.adapting.handover import read_also, write_also, write_rows
from headstart.flow.adapting.prepare import prepare

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.rows import Rows

WORDS = {
    "joy": ("happy", "glad", "merry", "bright", "sunny"),
    "grief": ("sad", "gloomy", "bitter", "dark", "bleak"),
}
STARS = {"joy": "zz-five", "grief": "zz-one"}
THINGS = ("film", "song", "walk", "meal", "letter", "meeting", "journey", "garden", "week", "evening")


def sentences(rows: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    moods = [str(rng.choice(list(WORDS))) for _ in range(rows)]
    texts = [
        f"{rng.choice(THINGS)} {seed}{number} was a {rng.choice(WORDS[mood])} {rng.choice(THINGS)} "
        f"with a {rng.choice(WORDS[mood])} end"
        for number, mood in enumerate(moods)
    ]
    return pl.DataFrame({"message": texts, "mood": moods})


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headstart.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Messages with moods, and reviews with stars, of which some repeat messages."""
    folder = tmp_path_factory.mktemp("also")
    main = sentences(200, seed=1)
    main.write_csv(folder / "main.csv")
    reviews = pl.concat([sentences(300, seed=2), main])
    stars = reviews["mood"].replace_strict(STARS).alias("stars")
    pl.DataFrame({"review": reviews["message"], "stars": stars}).write_csv(folder / "other.csv")
    return folder


@pytest.fixture(scope="module")
def options(tiny_bert: Path) -> tuple[str, ...]:
    named = ("--target", "mood", "--base", str(tiny_bert), "--also", "other.csv:stars")
    return ("adapt", "main.csv", *named, "--strategy", "multitask", "--set", "multitask.epochs=2", "--json")


@pytest.fixture(scope="module")
def ended(place: Path, options: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    end = run(place, *options)
    assert end.returncode == 0, end.stderr
    return end


@pytest.fixture(scope="module")
def done(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return json.loads(ended.stdout)  # type: ignore[no-any-return]


def test_the_run_says_what_it_learns_from_and_what_it_left_out(
    ended: subprocess.CompletedProcess[str], done: dict[str, Any]
) -> None:
    assert "also: other.csv:stars, classification" in ended.stderr
    [left_out] = [each for each in done["profile"]["warnings"] if each.startswith("other.csv: ")]
    rows = done["profile"]["rows"]
    assert (
        left_out
        == f"other.csv: {rows['dev'] + rows['test']} texts nearly equal dev or test texts and were left out"
    )
    assert done["settings"]["also"] == ["other.csv:stars"]


def test_only_the_main_task_is_measured_and_reported(done: dict[str, Any], place: Path) -> None:
    assert "multitask" in done["dev_scores"]
    assert set(done["profile"]["classes"]) == set(WORDS)
    assert sum(done["profile"]["rows"].values()) == 200
    assert {each["name"] for each in done["diagnosis"]["classes"]} == set(WORDS)
    bundle = place / done["bundle"]
    written = [
        place / done["report"],
        bundle / "README.md",
        bundle / "bundle.json",
        bundle.parent / "result.json",
    ]
    assert not [each.name for each in written if "zz-" in each.read_text()]
    model = headstart.load(bundle)
    assert set(model.predict(sentences(20, seed=3)["message"].to_list())) <= set(WORDS)


def test_the_report_repeats_the_option(done: dict[str, Any], place: Path) -> None:
    assert "--also other.csv:stars" in (place / done["report"]).read_text()


def test_a_changed_auxiliary_file_is_another_run(
    done: dict[str, Any], place: Path, options: tuple[str, ...]
) -> None:
    before = (place / "other.csv").read_text()
    try:
        pl.read_csv(place / "other.csv").head(299).write_csv(place / "other.csv")
        end = run(place, *options)
    finally:
        (place / "other.csv").write_text(before)
    assert end.returncode == 2
    assert "other settings (different: data)" in end.stderr
    again = run(place, *options)
    assert json.loads(again.stdout) == done


@pytest.mark.parametrize("role", ["trial", "refit"])
def test_texts_of_test_rows_never_reach_a_worker(
    place: Path, tmp_path: Path, tiny_bert: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.chdir(place)
    given = {"target": "mood", "base": str(tiny_bert), "also": ("other.csv:stars",)}
    prepared = prepare("main.csv", settings(given)[0])
    dataset = prepared.dataset
    for name in ("train", "dev"):
        write_rows(getattr(dataset.split, name), tmp_path / f"{name}.parquet")
    write_also(dataset.split.also, tmp_path)
    wanted = dict.fromkeys(FitRequest.__dataclass_fields__)
    task = {"use": "classification", "params": {"classes": ["grief", "joy"]}}
    wanted |= {"work": str(tmp_path), "role": role, "task": task, "portion": {}, "rows_seed": 0}  # type: ignore[dict-item]
    seen = split_of(FitRequest(**wanted))  # type: ignore[arg-type]
    also = seen.also["other.csv:stars"]
    assert also.task == dataset.split.also["other.csv:stars"].task
    assert also.train.targets == dataset.split.also["other.csv:stars"].train.targets
    assert len(also.train) == 300 + len(dataset.split.train)
    assert not normal(also.train) & normal(dataset.test)


def test_no_auxiliary_splits_are_handed_over_as_none(tmp_path: Path) -> None:
    write_also({}, tmp_path)
    assert read_also(tmp_path) == {}


def test_a_plan_counts_auxiliary_data_or_asks_for_it(
    place: Path, tiny_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    # What earlier fits took would correct the one and not the other.
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path))
    common: dict[str, Any] = {"target": "mood", "base": (str(tiny_bert),), "strategy": ("full", "multitask")}
    without, helped = (
        {each.name: each for each in headstart.plan("main.csv", also=also, **common).plan.candidates}
        for also in ((), ("other.csv:stars",))
    )
    assert without["multitask"].blocked
    assert "name some with --also FILE:LABEL" in without["multitask"].why
    assert not helped["multitask"].blocked
    assert helped["multitask"].cost.seconds > helped["full"].cost.seconds


WRONG = {
    "missing file": ("othr.csv:stars", ("no file othr.csv", "did you mean other.csv")),
    "no such column": ("other.csv:star", ("'star'", "did you mean 'stars'")),
    "no column": ("other.csv", ("FILE:LABEL", "review, stars")),
    "the training data": ("main.csv:mood", ("the training data itself",)),
    "one class": ("one.csv:stars", ("only 'good'", "--also FILE:LABEL")),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_is_answered_with_one_message(place: Path, tmp_path: Path, case: str) -> None:
    for name in ("main.csv", "other.csv"):
        (tmp_path / name).write_bytes((place / name).read_bytes())
    (tmp_path / "one.csv").write_text("review,stars\n" + "a nice day,good\nanother fine day,good\n" * 9)
    given, words = WRONG[case]
    end = run(tmp_path, "adapt", "main.csv", "--target", "mood", "--also", given)
    assert end.returncode == 2, end.stderr
    assert end.stdout == ""
    assert "Traceback" not in end.stderr
    assert end.stderr.count("\n") == 1
    assert not [word for word in words if word not in end.stderr], end.stderr
    assert not (tmp_path / "runs").exists()


def normal(rows: Rows) -> set[str]:
    return set(normalise(pl.Series(rows.texts)))
