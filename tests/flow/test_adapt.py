"""The main job, whole: from a file to a verdict, a bundle that reproduces it, and a report."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import f1_score

import headstart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WORDS = {
    "joy": ["happy", "glad", "merry", "bright", "sunny"],
    "grief": ["sad", "gloomy", "bitter", "dark", "bleak"],
    "calm": ["quiet", "still", "even", "mild", "slow"],
}
THINGS = ["film", "song", "walk", "meal", "letter", "meeting", "journey", "garden", "week", "evening"]


def sentences(rows: int, seed: int, labels: Sequence[str] = tuple(WORDS)) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    gold = [str(rng.choice(labels)) for _ in range(rows)]
    texts = [
        f"{rng.choice(THINGS)} {number} was a {rng.choice(WORDS[label])} {rng.choice(THINGS)} "
        f"with a {rng.choice(WORDS[label])} end"
        for number, label in enumerate(gold)
    ]
    return pl.DataFrame({"message": texts, "mood": gold})


def run(folder: Path, *arguments: str, timeout_s: float = 600) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headstart.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout_s, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("adapt")


@pytest.fixture(scope="module")
def done(place: Path, tiny_bert: Path) -> dict[str, Any]:
    """One run on 900 rows of three moods, through the command line."""
    sentences(900, seed=0).write_csv(place / "moods.csv")
    end = run(
        place, "adapt", "moods.csv", "--target", "mood", "--base", str(tiny_bert), "--within", "4m", "--json"
    )
    assert end.returncode == 0, end.stderr
    assert end.stdout.count("\n") == 1
    return json.loads(end.stdout)  # type: ignore[no-any-return]


def test_the_result_has_what_programs_were_promised(done: dict[str, Any], place: Path) -> None:
    promised = {
        "verdict",
        "metric",
        "winner",
        "scores",
        "dev_scores",
        "comparisons",
        "seconds",
        "peak_bytes",
        "bundle",
        "report",
    }
    assert promised <= done.keys()
    assert set(done["winner"]) >= {"base", "strategies", "params"}
    assert set(done["scores"]) >= {"winner", "untouched_base", "majority", "tfidf"}
    for score in done["scores"].values():
        assert score["low"] <= score["value"] <= score["high"]
    assert done["comparisons"].keys() <= done["scores"].keys() - {"winner", "untouched_base"}
    for curve in (done["train_growth"] or {"curves": ()})["curves"]:
        assert 0 <= curve["twice"]["low"] <= curve["twice"]["value"] <= curve["five_times"]["value"] <= 1
    assert {"probe", "full", "majority", "tfidf"} <= done["dev_scores"].keys()
    assert 0 < done["seconds"]["actual"] <= done["seconds"]["deadline"] == 240
    assert done["peak_bytes"] > 100e6
    assert (place / done["bundle"] / "bundle.json").is_file()
    assert (place / done["report"]).read_text().startswith("<!doctype html>")


def test_only_winner_untouched_base_and_baselines_have_test_scores(done: dict[str, Any]) -> None:
    assert done["scores"].keys() <= {"winner", "untouched_base", "majority", "tfidf", "zero_shot"}


def test_the_bundle_reproduces_the_score_that_the_verdict_rests_on(done: dict[str, Any], place: Path) -> None:
    sentences(900, seed=0).write_csv(place / "again.csv")
    sealed = sentences(300, seed=9)
    sealed.write_csv(place / "fresh.csv")
    end = run(place, "predict", done["bundle"], "fresh.csv", "--out", "predicted.csv")
    assert end.returncode == 0, end.stderr
    predicted = pl.read_csv(place / "predicted.csv")
    assert predicted["message"].to_list() == sealed["message"].to_list()
    shares = predicted.select(pl.sum_horizontal([f"probability_{label}" for label in WORDS])).to_series()
    np.testing.assert_allclose(shares.to_numpy(), 1, atol=1e-3)
    ships = done["ships"]
    ours = f1_score(sealed["mood"].to_list(), predicted["prediction"].to_list(), average="macro")
    score = done["scores"][ships]
    assert abs(ours - score["value"]) < 0.1


def test_python_opens_the_bundle(done: dict[str, Any], place: Path) -> None:
    model = headstart.load(place / done["bundle"])
    texts = sentences(20, seed=3)["message"].to_list()
    assert set(model.predict(texts)) <= set(WORDS)


def test_the_same_command_again_answers_from_the_finished_run(
    done: dict[str, Any], place: Path, tiny_bert: Path
) -> None:
    started = time.monotonic()
    end = run(
        place, "adapt", "moods.csv", "--target", "mood", "--base", str(tiny_bert), "--within", "4m", "--json"
    )
    assert json.loads(end.stdout) == done
    assert time.monotonic() - started < done["seconds"]["actual"]


def test_nothing_is_left_but_what_was_promised(done: dict[str, Any], place: Path) -> None:
    root = (place / done["bundle"]).parent
    assert {each.name for each in root.iterdir()} <= {
        "bundle",
        "report.html",
        "result.json",
        "log.jsonl",
        "trials",
        "run.json",
        "clock.json",
        "lock",
        "label_errors.csv",
        "sealed.json",
    }
    records = [json.loads(line) for line in (root / "log.jsonl").read_text().splitlines()]
    assert {record["role"] for record in records} >= {"trial", "refit"}
    assert not list(root.rglob("*.tmp"))


def test_winner_and_baselines_are_refitted_on_identical_rows(done: dict[str, Any], place: Path) -> None:
    root = (place / done["bundle"]).parent
    records = [json.loads(line) for line in (root / "log.jsonl").read_text().splitlines()]
    refitted = {
        record["candidate"]["steps"][-1]["use"]
        for record in records
        if record["role"] == "refit" and record["status"] == "done"
    }
    assert {"majority", "tfidf", "probe", *done["winner"]["strategies"]} <= refitted


def test_no_text_keeps_texts_out_of_report_and_card(place: Path, tiny_bert: Path) -> None:
    noisy = sentences(400, seed=4).with_columns(
        pl.when(pl.int_range(pl.len()) % 9 == 0).then(pl.lit("joy")).otherwise(pl.col("mood")).alias("mood")
    )
    noisy.write_csv(place / "private.csv")
    end = run(
        place,
        "adapt",
        "private.csv",
        "--target",
        "mood",
        "--base",
        str(tiny_bert),
        "--strategy",
        "probe",
        "--no-text",
        "--json",
    )
    assert end.returncode == 0, end.stderr
    told = json.loads(end.stdout)
    written = (
        (place / told["report"]).read_text() + (place / told["bundle"] / "README.md").read_text() + end.stdout
    )
    assert not [text for text in noisy["message"] if text in written]


def test_a_short_deadline_is_kept_and_a_result_still_comes_out(place: Path, tiny_bert: Path) -> None:
    sentences(600, seed=5).write_csv(place / "short.csv")
    end = run(
        place, "adapt", "short.csv", "--target", "mood", "--base", str(tiny_bert), "--within", "60s", "--json"
    )
    assert end.returncode == 0, end.stderr
    told = json.loads(end.stdout)
    assert told["seconds"]["actual"] <= 62
    assert (place / told["bundle"] / "bundle.json").is_file()


def test_a_recipe_says_the_same_as_options(place: Path, tiny_bert: Path) -> None:
    sentences(300, seed=6).write_csv(place / "cooked.csv")
    (place / "recipe.toml").write_text(
        f'data = "cooked.csv"\ntarget = "mood"\nbase = {json.dumps(str(tiny_bert))}\n'
        'strategy = "probe"\nmetric = "accuracy"\n'
    )
    end = run(place, "adapt", "--recipe", "recipe.toml", "--json")
    assert end.returncode == 0, end.stderr
    told = json.loads(end.stdout)
    assert told["metric"] == "accuracy"
    assert told["winner"]["strategies"] == ["probe"]


def test_from_python_with_a_frame_and_an_operating_point(place: Path, tiny_bert: Path) -> None:
    frame = sentences(400, seed=7, labels=("joy", "grief"))
    outcome = headstart.adapt(
        frame,
        target="mood",
        base=(str(tiny_bert),),
        strategy=("probe",),
        metric="precision",
        positive="grief",
        min_precision=0.9,
        abstain_below=0.6,
        out=place / "python",
    )
    decision = json.loads((outcome.bundle / "bundle.json").read_text())["decision"]
    assert outcome.verdict in ("adapt", "baseline", "inconclusive")
    assert decision["abstain_below"] == 0.6


def test_labels_that_are_numbers_leave_zero_shot_no_words(place: Path, tiny_bert: Path) -> None:
    frame = sentences(300, seed=8, labels=("joy", "grief")).with_columns(
        (pl.col("mood") == "joy").cast(pl.Int64).alias("mood")
    )
    frame.write_csv(place / "numbers.csv")
    end = run(
        place,
        "adapt",
        "numbers.csv",
        "--target",
        "mood",
        "--base",
        str(tiny_bert),
        "--strategy",
        "probe",
        "--json",
    )
    assert end.returncode == 0, end.stderr
    told = json.loads(end.stdout)
    assert "--describe" in told["not_measured"]["zero_shot"]


@pytest.mark.slow
def test_a_run_killed_at_random_moments_ends_with_a_valid_bundle(place: Path, tiny_bert: Path) -> None:
    sentences(600, seed=10).write_csv(place / "killed.csv")
    arguments = ["adapt", "killed.csv", "--target", "mood", "--base", str(tiny_bert), "--json"]
    arguments += ["--strategy", "probe", "--strategy", "full"]
    chance = random.Random(0)
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-m", "headstart.cli", *arguments],
            cwd=place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(1, 14))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    end = run(place, *arguments)
    assert end.returncode == 0, end.stderr
    told = json.loads(end.stdout)
    assert set(headstart.load(place / told["bundle"]).predict(["a happy song"])) <= set(WORDS)
    assert told["seconds"]["actual"] > 5


def test_ctrl_c_leaves_a_run_that_goes_on(place: Path, tiny_bert: Path) -> None:
    sentences(600, seed=11).write_csv(place / "stopped.csv")
    arguments = ["adapt", "stopped.csv", "--target", "mood", "--base", str(tiny_bert), "--json"]
    arguments += ["--strategy", "few_shot", "--strategy", "probe"]
    process = subprocess.Popen(
        [sys.executable, "-m", "headstart.cli", *arguments],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    log = place / "runs" / "stopped" / "log.jsonl"
    deadline = time.monotonic() + 120
    while not (log.exists() and log.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert "the same command goes on" in err
    finished = {json.loads(line)["key"] for line in log.read_text().splitlines()}
    end = run(place, *arguments)
    assert end.returncode == 0, end.stderr
    keys = [json.loads(line)["key"] for line in log.read_text().splitlines()]
    assert all(keys.count(key) == 1 for key in finished)
