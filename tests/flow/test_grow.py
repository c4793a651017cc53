"""When shares of the training rows are fitted, and what is said where they are not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.diagnosis import Diagnosis
from headstart.core.evaluation import Evaluation, Score, Verdict
from headstart.core.machine import Machine
from headstart.core.plan import Candidate, Cost, Step
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.core.split import Dataset, Split
from headstart.core.trial import Trial
from headstart.flow.adapting import grow as growing
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.grow import grow
from headstart.flow.adapting.largest_member import largest_member
from headstart.flow.adapting.prove import Proof
from headstart.flow.adapting.session import Session
from headstart.planning.combined import combined_candidate
from headstart.race.clock import Clock
from headstart.race.folder import RunFolder
from headstart.race.worker import Worker
from headstart.tasks.classification import Classification
from tests.flow.racing import candidate, session_in
from tests.flow.test_adapt import run as run_command
from tests.flow.test_adapt import sentences

if TYPE_CHECKING:
    from pathlib import Path

LABELS = ["joy", "grief"]


def labelled(count: int) -> Rows:
    frame = pl.DataFrame({"text": [f"text {at}" for at in range(count)], "label": (LABELS * count)[:count]})
    return Rows.of(frame, Columns(text=("text",), target="label"))


def session(root: Path, *, within_s: float | None = None, train: int = 100) -> Session:
    """A run whose fits are over, with a worker that was never started."""
    folder = RunFolder(root=root)
    folder.trials.mkdir(parents=True)
    clock = Clock(path=folder.clock, within_s=within_s, started_s=time.time())
    split = Split(task=Classification(classes=tuple(LABELS)), train=labelled(train), dev=labelled(20))
    return Session(
        folder=folder,
        worker=Worker(threads=1, tick=clock.tick),
        clock=clock,
        display=Display.on_stderr(lambda: 0.0, quiet=True),
        machine=Machine(
            device="cpu",
            cores=1,
            memory_bytes=1,
            device_memory_bytes=1,
            precision="float32",
            flops=1.0,
        ),
        dataset=Dataset(split=split, test=labelled(20), sha256="0"),
        metric=registry.load("metrics", "accuracy")(),
        others={},
        seed=0,
        wish={},
        cache=None,
    )


def trial(run: Session, name: str, *, seconds: float, fraction: float = 1.0) -> Trial:
    place = run.folder.trials / name
    place.mkdir()
    (place / "outcome.json").write_text(json.dumps({"fraction": fraction}))
    candidate = Candidate(
        base=None, steps=(Step(use=name),), cost=Cost(seconds=1.0, peak_bytes=1), why="a test"
    )
    cost = Cost(seconds=seconds, peak_bytes=1)
    return Trial(key=name, candidate=candidate, role="trial", status="done", dev_score=0.8, cost=cost)


def proof(winner: Trial | None, baseline: Trial | None, outcome: str = "inconclusive") -> Proof:
    return Proof(
        evaluation=Evaluation(metric="accuracy", rows=20, groups=20, scores={}, comparisons={}),
        verdict=Verdict(
            outcome=outcome, ships="tfidf", sentence="It is open.", margin=0.01, trusted=True, notes=("one",)
        ),
        diagnosis=Diagnosis(classes=(), confusion=(), calibration=(), confident_errors=()),
        winner=winner,
        baseline=baseline,
        shipped=winner or baseline,  # type: ignore[arg-type]
        refits=(),
        predictions=Predictions(labels=np.zeros(20, dtype=np.int64)),
    )


@pytest.mark.parametrize(
    ("settings", "probe", "said"),
    [
        ({"within_s": 30.0}, {"seconds": 60.0}, "it takes about 46 s, and 2"),
        ({"within_s": 1.0}, {"seconds": 60.0}, "it takes about 46 s, and no time was left"),
        ({}, {"seconds": 3.0, "fraction": 0.5}, "the fit of probe was cut short by the deadline"),
        ({"train": 2}, {"seconds": 3.0}, "the 2 training rows can't be halved"),
    ],
)
def test_what_cannot_be_measured_leaves_a_note_that_says_why(
    tmp_path: Path, settings: dict[str, Any], probe: dict[str, Any], said: str
):
    run = session(tmp_path / "run", **settings)
    seen = grow(run, proof(trial(run, "probe", **probe), trial(run, "tfidf", seconds=1.0)))
    assert seen.verdict.growth is None
    assert seen.verdict.notes[0] == "one"
    assert f"more training rows would bring was not measured: {said}" in seen.verdict.notes[1]
    assert seen.shares == ()
    assert not run.folder.log.exists()


def test_without_an_adaptation_that_is_said(tmp_path: Path):
    run = session(tmp_path / "run")
    seen = grow(run, proof(None, trial(run, "tfidf", seconds=1.0), outcome="baseline"))
    assert seen.verdict.notes[1:] == (
        "What more training rows would bring was not measured: there is no adaptation to fit on fewer of "
        "them.",
    )


def test_sealed_rows_that_are_all_right_are_no_surer_than_to_one_row(tmp_path: Path):
    run = session(tmp_path / "run")
    whole = Score(value=1.0, low=1.0, high=1.0)
    found = proof(trial(run, "probe", seconds=3.0), None)
    seen = replace(found, evaluation=replace(found.evaluation, scores={"winner": whole}))
    point = growing._tested(run, seen, "winner")
    assert point is not None
    assert (point.rows, point.score, point.error) == (100, 1.0, pytest.approx(1 / 20))


def test_without_a_baseline_there_is_no_lead_to_look_at(tmp_path: Path):
    run = session(tmp_path / "run")
    alone = proof(trial(run, "probe", seconds=3.0), None)
    assert grow(run, alone) == alone


def test_of_a_combination_the_member_of_the_greatest_share_is_fitted_again(tmp_path: Path):
    run = session_in(tmp_path / "run")
    drawing: Any = run.worker
    for role, right in (("quarter", 0.5), ("half", 0.65), ("trial", 0.8)):
        drawing.right = {"probe": right, "lora": 0.7, "tfidf": 0.6}
        fits = {name: run.fit(candidate(name), reserve_s=0.0, role=role) for name in drawing.right}
    members = [Entrant(candidate=candidate(each), trials=(fits[each],)) for each in ("lora", "probe")]
    mixed = combined_candidate(
        {"use": "greedy_ensemble", "params": {}},
        [each.candidate for each in members],
        [0.4, 0.6],
        cost=Cost(seconds=1.0, peak_bytes=1.0),
    )
    winner = Trial(key="mixed", candidate=mixed, role="trial", status="done", dev_score=0.8)
    member = largest_member(Entrant(candidate=mixed, trials=(winner,), members=tuple(members))).trial
    assert member == fits["probe"]
    seen = grow(run, replace(proof(winner, fits["tfidf"]), member=member))
    assert {(each.role, each.candidate.name) for each in seen.shares} == {
        (role, name) for role in ("half", "quarter") for name in ("probe", "tfidf")
    }
    assert seen.verdict.growth is not None
    curve = seen.verdict.growth.curves[0]
    assert (curve.model, curve.of, curve.single) == ("winner", "probe", True)
    assert [each.score for each in curve.points] == pytest.approx([0.5, 0.65, 0.8], abs=0.1)
    note = seen.verdict.notes[-1]
    assert "to all 480, probe, the largest part of the winner, gained" in note
    assert "With twice the labels, probe alone is expected to reach" in note


def test_an_open_verdict_says_what_more_training_rows_may_bring_and_survives_a_kill(
    tmp_path: Path, tiny_bert: Path
) -> None:
    sentences(300, seed=12).write_csv(tmp_path / "open.csv")
    options = ("--target", "mood", "--base", str(tiny_bert), "--strategy", "probe", "--json")
    process = subprocess.Popen(
        [sys.executable, "-m", "headstart.cli", "adapt", "open.csv", *options],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    log = tmp_path / "runs" / "open" / "log.jsonl"
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if log.exists() and '"half"' in log.read_text():
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    end = run_command(tmp_path, "adapt", "open.csv", *options)
    assert end.returncode == 0, end.stderr
    told = json.loads(end.stdout)
    assert told["verdict"] == "inconclusive"
    growth = told["train_growth"]
    assert growth is not None, told["notes"]
    assert growth["rows"] == told["profile"]["rows"]["train"]
    assert growth["half_rows"] == pytest.approx(growth["rows"] / 2, abs=3)
    dev_scores = {
        (each["role"], each["name"]): each["dev_score"]
        for each in told["trials"]
        if each["role"] in ("trial", "half", "quarter")
    }
    baselines = {"majority", "tfidf", "zero_shot"}
    (winner,) = {name for role, name in dev_scores if role == "half"} - baselines
    assert growth["gain"]["value"] == pytest.approx(
        told["dev_scores"][winner] - dev_scores["half", winner], abs=1e-9
    )
    assert growth["gain"]["low"] <= growth["gain"]["value"] <= growth["gain"]["high"]
    assert any(f"training rows to all {growth['rows']}" in note for note in told["notes"])
    assert "on half of the train rows" in (tmp_path / told["report"]).read_text()
    records = [json.loads(line) for line in log.read_text().splitlines()]
    for role in ("half", "quarter"):
        keys = [record["key"] for record in records if record["role"] == role]
        assert len(keys) == len(set(keys)) == 2
    curve = growth["curves"][0]
    assert [each["score"] for each in curve["points"][:2]] == pytest.approx(
        [dev_scores["quarter", winner], dev_scores["half", winner]], abs=1e-9
    )
    assert curve["points"][-1]["score"] == told["scores"]["winner"]["value"]
    page = (tmp_path / told["report"]).read_text()
    assert "What more labels would bring" in page
    said = f"{curve['twice']['low']:.3f} to {curve['twice']['high']:.3f}"
    assert said in page
    assert any("With twice the labels, probe" in note for note in told["notes"])
