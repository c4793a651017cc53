"""Ranges of data sets that were left out: what is read, and what they are held against."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks import quality_table
from benchmarks.quality_table import START, Held, constant_width, leave_one_out
from benchmarks.reached_scores import confirmation_scores, reached_scores
from headstart.planning.quality import QualityModel, share
from headstart.planning.scores import Reached

if TYPE_CHECKING:
    from pathlib import Path


def world(seed: int = 0) -> tuple[Reached, ...]:
    """Scores of data sets that differ a lot, and of strategies that differ little."""
    rng = np.random.default_rng(seed)
    better = {"tfidf": -0.5, "probe": 0.0, "full": 0.2}
    return tuple(
        Reached(
            data=f"set {data}",
            strategy=strategy,
            base=None if strategy == "tfidf" else "embedded",
            metric="accuracy",
            rows=rows,
            classes=2,
            score=share(float(hard + gain + 0.3 * np.log(rows / 64) + 0.1 * rng.normal())),
        )
        for data, hard in enumerate(1.5 + 0.6 * rng.normal(size=6))
        for rows in (64, 256)
        for strategy, gain in better.items()
    )


@pytest.fixture
def fit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search for the spread takes seconds and is not what is tested."""

    def made(reached: tuple[Reached, ...]) -> QualityModel:
        return QualityModel(spread=START, reached=reached)

    monkeypatch.setattr(quality_table, "fit", made)


@pytest.mark.usefixtures("fit_at_once")
def test_knowing_how_probe_and_tfidf_did_narrows_ranges_and_they_still_hold() -> None:
    found = leave_one_out(world())
    profile, known = found["from the profile"], found["once probe and tf-idf are fitted"]
    assert (profile["intervals"], known["intervals"]) == (36, 12)
    assert known["width"] < 0.6 * profile["width"]
    assert known["score"] < profile["score"]
    assert min(profile["coverage"], known["coverage"]) >= 0.75
    assert sum(each["intervals"] for each in found["by_set"].values()) == 36


def test_a_constant_width_is_learnt_from_the_other_sets_alone() -> None:
    surprise = [Held(data="odd", low=0.0, middle=0.5, high=1.0, came=0.9)]
    usual = [
        Held(data="usual", low=0.0, middle=0.5, high=1.0, came=0.5 + 0.01 * each) for each in range(-5, 6)
    ]
    odd, *others = constant_width([*surprise, *usual])
    assert odd.high - odd.low == pytest.approx(0.08, abs=0.021)
    assert all(each.high - each.low == pytest.approx(0.0) for each in others)


def save(folder: Path, name: str, settings: dict[str, Any], result: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"settings": settings, "result": result}))


def test_scores_come_from_all_that_was_measured_on_training_rows_of_the_sets_for_tuning(
    tmp_path: Path,
) -> None:
    for draw, score in enumerate((0.7, 0.8)):
        told = {"set": "sst2", "strategy": "probe", "setting": "default", "traits": {"rows": 32}}
        save(tmp_path / "regularisation", f"a{draw}", {**told, "draw": draw}, {"macro_f1": score})
    other = {"strategy": "probe", "params": {"pooling": "mean"}, "case": "sst2:64"}
    save(tmp_path / "search_portfolio", "b", {**other, "params": {}}, {"macro_f1": 0.75})
    save(tmp_path / "search_portfolio", "c", other, {"macro_f1": 0.1})
    dev = {"majority": 0.3, "full": 0.9, "full 2": 0.95}
    run = {"system": "adapt", "set": "ag_news", "options": ["--metric", "macro_f1"]}
    save(tmp_path / "main_job", "d", run, {"dev_scores": dev})
    save(tmp_path / "main_job", "e", {**run, "system": "trainer"}, {"dev_scores": dev})
    values = {"macro_f1": {"share_on_test": [0.1, 0.2, 0.5], "reached": 0.6}}
    curve = {"cases": {"384": {"rows": [24, 48, 96], "metrics": values}}}
    save(tmp_path / "learning_curve", "f", {"set": "sst2", "strategy": "tfidf"}, curve)
    save(tmp_path / "learning_curve", "g", {"set": "trec", "strategy": "tfidf_words"}, curve)

    found = reached_scores(tmp_path, "macro_f1")
    assert [(each.data, each.strategy, each.rows, each.score) for each in found] == [
        ("ag_news", "full", 1600, 0.9),
        ("sst2", "probe", 32, 0.75),
        ("sst2", "probe", 64, 0.75),
        ("sst2", "tfidf", 96, 0.5),
        ("sst2", "tfidf", 384, 0.6),
    ]
    assert {each.base for each in found if each.strategy == "tfidf"} == {None}
    unseen = confirmation_scores(tmp_path, "macro_f1")
    assert [(each.data, each.strategy, each.rows) for each in unseen] == [
        ("trec", "tfidf", 96),
        ("trec", "tfidf", 384),
    ]
