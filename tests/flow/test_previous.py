"""`adapt --previous` on a file that grew, through the real command line."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from headstart.data.normalise import content_hashes, normalise
from headstart.data.sealed import Sealed
from tests.flow.test_adapt import run, sentences

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("grown")


@pytest.fixture(scope="module")
def options(tiny_bert: Path) -> tuple[str, ...]:
    return ("--target", "mood", "--base", str(tiny_bert), "--strategy", "probe", "--json")


@pytest.fixture(scope="module")
def first(place: Path, options: tuple[str, ...]) -> dict[str, Any]:
    sentences(300, seed=1, labels=("joy", "grief")).write_csv(place / "moods.csv")
    end = run(place, "adapt", "moods.csv", *options)
    assert end.returncode == 0, end.stderr
    return json.loads(end.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def grown(place: Path, first: dict[str, Any], options: tuple[str, ...]) -> dict[str, Any]:
    """The same file with 200 more rows, some of a class that is new, and 4 of its rows taken out."""
    before = pl.read_csv(place / "moods.csv")
    sealed = Sealed.read(place / first["bundle"])
    known = pl.Series(content_hashes(normalise(before["message"]))).is_in(sealed.test)
    kept = before.filter(~known | (known.cum_sum() > 4))
    more = sentences(200, seed=2).with_columns(pl.format("further {}", "message").alias("message"))
    pl.concat([kept, more]).write_csv(place / "moods.csv")
    end = run(place, "adapt", "moods.csv", "--previous", "runs/moods", "--out", "runs/later", *options)
    assert end.returncode == 0, end.stderr
    return json.loads(end.stdout)  # type: ignore[no-any-return]


def test_a_run_leaves_hashes_of_its_rows_in_its_folder_and_its_bundle(
    place: Path, first: dict[str, Any]
) -> None:
    bundle = place / first["bundle"]
    assert (bundle / "sealed.json").read_text() == json.dumps(
        json.loads((bundle.parent / "sealed.json").read_text()), indent=1, ensure_ascii=False
    )
    sealed = Sealed.read(bundle)
    assert len(sealed.test) == first["test_rows"]
    assert (sealed.task, sealed.target, sealed.text) == ("classification", "mood", ("message",))
    assert "sealed.json" in json.loads((bundle / "bundle.json").read_text())["files"]


def test_the_earlier_bundle_is_measured_as_a_baseline_and_never_refitted(
    place: Path, first: dict[str, Any], grown: dict[str, Any]
) -> None:
    assert "previous" in grown["scores"]
    assert "previous" in grown["comparisons"]
    assert "previous" in grown["dev_scores"]
    roles = [each["role"] for each in grown["trials"] if each["name"] == "previous"]
    assert roles == ["trial"]
    assert grown["scores"]["previous"]["value"] < 0.9, "it can't know the class that is new"
    assert (first["earlier_looks"], grown["earlier_looks"]) == (0, 1)


def test_what_was_sealed_is_sealed_again_and_the_counts_are_told(
    place: Path, first: dict[str, Any], grown: dict[str, Any]
) -> None:
    then, now = Sealed.read(place / first["bundle"]), Sealed.read(place / grown["bundle"])
    assert set(then.test.tolist()) <= set(now.test.tolist())
    assert not set(then.test.tolist()) & set(now.seen.tolist())
    old = first["test_rows"]
    told = [each for each in grown["profile"]["warnings"] if "previous run" in each]
    assert len(told) == 1
    assert f"of the {old} sealed test rows of the previous run {old - 4} are in moods.csv and stay" in told[0]
    assert "4 are missing" in told[0]
    assert "further rows that it had not seen were sealed" in told[0]


def test_the_report_calls_it_by_its_name(place: Path, grown: dict[str, Any]) -> None:
    page = (place / grown["report"]).read_text()
    assert "previous bundle" in page
    assert "--previous runs/moods" in page


def test_a_bundle_will_do_in_place_of_its_run_and_an_own_class_that_went_is_told(
    place: Path, grown: dict[str, Any], options: tuple[str, ...]
) -> None:
    frame = pl.read_csv(place / "moods.csv").filter(pl.col("mood") != "calm")
    frame.write_csv(place / "fewer.csv")
    end = run(place, "adapt", "fewer.csv", "--previous", str(place / grown["bundle"]), *options)
    assert end.returncode == 0, end.stderr
    told = json.loads(end.stdout)
    assert "previous" not in told["scores"]
    assert told["not_measured"]["previous"] == "it gives the label 'calm', which no row has now"
    assert any(
        "previous bundle was not measured: it gives the label 'calm'" in each for each in told["notes"]
    )


def test_a_recipe_names_it_beside_itself_and_the_plan_lists_it(
    place: Path, first: dict[str, Any], tiny_bert: Path
) -> None:
    end = run(
        place,
        "plan",
        "moods.csv",
        "--target",
        "mood",
        "--base",
        str(tiny_bert),
        "--previous",
        "runs/moods",
        "--json",
    )
    assert end.returncode == 0, end.stderr
    names = [each["name"] for each in json.loads(end.stdout)["baselines"]]
    assert names == ["majority", "tfidf", "zero_shot", "previous"]
    (place / "cooked").mkdir()
    (place / "cooked" / "recipe.toml").write_text('data = "../moods.csv"\nprevious = "../runs/nothing"\n')
    end = run(place, "adapt", "--recipe", "cooked/recipe.toml")
    assert end.returncode == 2
    assert f"there is nothing at {place / 'runs' / 'nothing'}" in end.stderr


@pytest.fixture
def broken(place: Path, first: dict[str, Any], request: pytest.FixtureRequest) -> str:
    """A folder that is no earlier run, in one of several ways."""
    kind, folder = request.param, place / "broken"
    shutil.rmtree(folder, ignore_errors=True)
    if kind == "missing":
        return "broken"
    shutil.copytree(place / first["bundle"], folder)
    if kind == "empty":
        shutil.rmtree(folder)
        folder.mkdir()
    elif kind == "unfinished":
        (folder / "run.json").write_text("{}")
        (folder / "bundle.json").unlink()
    elif kind == "changed":
        (folder / "sealed.json").write_text("{}")
    return "broken"


@pytest.mark.parametrize(
    ("broken", "target", "words"),
    [
        ("missing", "mood", "there is nothing at broken; give the folder of an earlier run or its bundle"),
        ("empty", "mood", "broken is neither a run nor a bundle"),
        ("unfinished", "mood", "has not finished and has no bundle"),
        ("changed", "mood", "sealed.json has 2 bytes where"),
        ("whole", "kind", "previous: its target is 'mood', and now it is 'kind'"),
    ],
    indirect=["broken"],
)
def test_what_is_no_earlier_run_of_the_task_is_told(
    place: Path, tiny_bert: Path, broken: str, target: str, words: str
) -> None:
    frame = sentences(100, seed=3).with_columns(kind=pl.col("mood"))
    frame.drop("mood" if target == "kind" else "kind").write_csv(place / "other.csv")
    end = run(place, "adapt", "other.csv", "--target", target, "--base", str(tiny_bert), "--previous", broken)
    assert end.returncode == 2, end.stderr
    assert words in end.stderr
    assert "Traceback" not in end.stderr
    assert not (place / "runs" / "other").exists()


def test_it_is_no_strategy_to_race(place: Path, tiny_bert: Path, first: dict[str, Any]) -> None:
    end = run(
        place, "adapt", "moods.csv", "--target", "mood", "--base", str(tiny_bert), "--strategy", "previous"
    )
    assert end.returncode == 2
    assert "name the earlier run with --previous" in end.stderr
