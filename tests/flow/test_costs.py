"""A run leaves what its trials cost, and the next plan of this computer has learnt from it."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from rich.console import Console

import headstart
from headstart.config import Settings
from headstart.flow.adapting.prepare import prepare
from headstart.flow.adapting.run import planned, planner_of
from headstart.planning.history import FILE
from tests.contracts.small_data import small_rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("costs")


@pytest.fixture(scope="module")
def done(place: Path, tiny_bert: Path) -> dict[str, Any]:
    """One run with a history of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADSTART_CACHE", str(place / "cache"))
        outcome = headstart.adapt(
            small_rows(240).frame,
            target="label",
            base=(str(tiny_bert),),
            strategy=("probe", "partial"),
            out=place / "run",
        )
    return outcome.to_dict()


def lines(place: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (place / "cache" / FILE).read_text().splitlines()]


def _is_usual(record: dict[str, Any]) -> bool:
    portion, (step, *_) = record["portion"], record["candidate"]["steps"]
    return (portion["share"], portion["fold"], portion["repeat"]) == (1.0, 0, 0) and "members" not in step[
        "params"
    ]


def test_every_trial_that_ended_well_is_noted_once(done: dict[str, Any], place: Path) -> None:
    log = [json.loads(line) for line in (place / "run" / "log.jsonl").read_text().splitlines()]
    ended = [each for each in log if each["role"] == "trial" and each["status"] == "done"]
    # Later folds find features kept, shares are smaller, and a combination fits nothing.
    trials = [each for each in ended if _is_usual(each)]
    assert any(each["role"] == "refit" for each in log)
    assert len(trials) >= 4
    noted = lines(place)
    assert [each["actual"]["seconds"] for each in noted] == [each["cost"]["seconds"] for each in trials]
    assert {"probe", "partial", "tfidf"} <= {each["name"] for each in noted}


def test_the_next_plan_is_corrected_by_what_fits_cost(
    done: dict[str, Any], place: Path, tiny_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factor = 2.5
    rewritten = []
    for each in lines(place):
        cost = {key: value * factor for key, value in each["modelled"].items()}
        rewritten.append(json.dumps(each | {"actual": cost}))
    (place / "cache" / FILE).write_text("\n".join(rewritten) + "\n", encoding="utf-8")
    monkeypatch.setenv("HEADSTART_CACHE", str(place / "cache"))
    found = headstart.plan(
        small_rows(240).frame, target="label", base=(str(tiny_bert),), strategy=("probe", "partial")
    )
    assert {"probe", "partial"} <= {each.name for each in found.plan.candidates}
    for each in found.plan.candidates:
        assert each.modelled is not None
        assert 1.3 < each.cost.seconds / each.modelled.seconds < factor
        assert 1.3 < each.cost.peak_bytes / each.modelled.peak_bytes < factor


def test_the_next_plan_expects_of_the_same_data_what_it_gave(
    done: dict[str, Any], place: Path, tiny_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADSTART_CACHE", str(place / "cache"))
    common: dict[str, Any] = {"target": "label", "base": (str(tiny_bert),), "strategy": ("probe", "partial")}
    again = headstart.plan(small_rows(240).frame, **common)
    other = headstart.plan(small_rows(240, seed=9).frame, **common)
    assert again.metric == other.metric == done["metric"]
    for known, new in zip(again.plan.candidates, other.plan.candidates, strict=True):
        assert known.quality is not None
        assert new.quality is not None
        low, high = known.quality
        assert low - 0.05 <= done["dev_scores"][known.name] <= high + 0.05
        assert high - low < new.quality[1] - new.quality[0]
    shown = Console(width=200, record=True, quiet=False, file=StringIO())
    again.render(shown)
    text = shown.export_text()
    assert "accuracy expected" in text
    assert "how hard your data is" in text


def test_the_curve_of_the_winner_is_in_the_result(done: dict[str, Any], place: Path) -> None:
    log = [json.loads(line) for line in (place / "run" / "log.jsonl").read_text().splitlines()]
    assert any(each["candidate"]["steps"][0]["use"] == "partial" for each in log)
    if done["winner"]["strategies"] == ["partial"]:
        assert done["fitting"]["kind"] in ("overfitting", "underfitting", "well fitted")
        assert len(done["fitting"]["curve"]["points"]) > 2
    else:
        assert done["fitting"] is None


def test_a_plan_with_windows_counts_all_of_them(tiny_bert: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path))
    long = small_rows(240).frame.with_columns(pl.concat_str([pl.col("text")] * 40, separator=" "))
    common: dict[str, Any] = {"target": ("label",), "base": (str(tiny_bert),), "strategy": ("probe",)}
    found = headstart.plan(long, **common, windows=True)
    told = {}
    for windows in (False, True):
        chosen = Settings(**common, windows=windows)
        prepared = prepare(long, chosen)
        planner = planner_of(prepared, found.plan.machine, chosen)
        told[windows] = planned(planner, prepared, chosen).candidates[0].cost.seconds
    assert found.plan.candidates[0].cost.seconds == pytest.approx(told[True])
    assert told[True] > told[False]
