"""Workers choose what to combine and leave a model that is tested and shipped like any fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from headstart import registry
from headstart.bundle.check import compare, predict_in_fresh_process
from headstart.bundle.load import load_model
from headstart.errors import SettingError
from headstart.flow.adapting.choosing import choose
from headstart.flow.adapting.combining import combine
from headstart.flow.adapting.fit import fit
from headstart.flow.adapting.handover import read_predictions, write_also, write_rows
from headstart.flow.adapting.test import test as run_test
from tests.contracts.small_data import CLASSES, small_rows, small_task

if TYPE_CHECKING:
    from pathlib import Path

METRIC = {"use": "accuracy", "params": {}}
WISH: dict[str, Any] = {"positive": None, "min_precision": None, "costs": None, "abstain_below": None}


def silent(fraction: float, note: str = "") -> None:
    assert 0 <= fraction <= 1


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_bert) -> Path:
    """A run's folder with rows, and the trials of three candidates."""
    root: Path = tmp_path_factory.mktemp("run")
    train, dev, test = (small_rows(rows, seed=seed) for rows, seed in ((36, 1), (90, 2), (60, 3)))
    for name, rows in (("train", train), ("dev", dev), ("test", test)):
        write_rows(rows, root / "work" / f"{name}.parquet")
    write_also({}, root / "work")
    for name, base, params in (
        ("tfidf", None, {}),
        ("full", str(tiny_bert), {"epochs": 2}),
        ("partial", str(tiny_bert), {"epochs": 2}),
    ):
        fitted(root, name, base=base, params=params, role="trial")
        fitted(root, name, base=base, params=params, role="refit")
    return root


def fitted(root: Path, name: str, *, base: str | None, params: dict[str, Any], role: str) -> None:
    folder = root / "trials" / f"{name}-{role}"
    folder.mkdir(parents=True)
    request = {
        "folder": str(folder),
        "work": str(root / "work"),
        "task": registry.spec(small_task()),
        "base": base,
        "steps": [{"use": name, "params": params}],
        "metric": METRIC,
        "role": role,
        "seed": 0,
        "device": "cpu",
        "precision": "float32",
        "cache": None,
        "left_s": None,
        "wish": WISH,
    }
    fit(json.loads(json.dumps(request)), silent)


def outcome(folder: Path, name: str = "outcome.json") -> dict[str, Any]:
    return dict(json.loads((folder / name).read_text()))


def combined(root: Path, use: str, names: tuple[str, ...], *, role: str = "trial", **more: Any) -> Path:
    folder: Path = root / "trials" / f"{use}-{'-'.join(names)}-{role}"
    folder.mkdir()
    request = {
        "folder": str(folder),
        "work": str(root / "work"),
        "combination": {"use": use, "params": {}},
        "models": [str(root / "trials" / f"{name}-{role}" / "model") for name in names],
        "weights": [2.0, *[1.0] * (len(names) - 1)],
        "metric": METRIC,
        "role": role,
        "wish": WISH,
        **more,
    }
    combine(json.loads(json.dumps(request)), silent)
    return folder


@pytest.mark.parametrize(
    ("use", "names"), [("greedy_ensemble", ("tfidf", "full", "partial")), ("soup", ("full", "partial"))]
)
def test_what_was_combined_is_measured_tested_and_shipped_like_a_fit(run, use, names):
    folder = combined(run, use, names)
    told, dev, task = outcome(folder), small_rows(90, seed=2), small_task()
    assert told.keys() == outcome(run / "trials" / "full-trial").keys()
    model = load_model(folder / "model")
    decided = read_predictions(folder / "dev.npz", CLASSES)
    np.testing.assert_allclose(model.predict(dev).probabilities, decided.probabilities, atol=1e-6)
    assert told["dev_score"] == pytest.approx((decided.labels == task.gold(dev)).mean())
    assert told["fraction"] == 1.0
    assert told["footprint"]["row_ms"] > 0
    run_test({"folder": str(folder), "rows": str(run / "work" / "test.parquet")}, silent)
    assert outcome(folder, "test.json")["bytes"] == told["footprint"]["bytes"]
    test = small_rows(60, seed=3)
    again = predict_in_fresh_process(folder / "model", test, timeout_s=None).predictions
    difference, flipped = compare(read_predictions(folder / "test.npz", CLASSES), again)
    assert (difference < 1e-5, flipped) == (True, 0)


def test_a_soup_is_no_larger_than_a_member_and_an_ensemble_is(run):
    sizes = {
        name: outcome(run / "trials" / f"{name}-trial")["footprint"]["bytes"] for name in ("full", "partial")
    }
    soup = outcome(combined(run, "soup", ("partial", "full")))["footprint"]["bytes"]
    both = outcome(combined(run, "greedy_ensemble", ("partial", "full")))["footprint"]["bytes"]
    assert soup == pytest.approx(max(sizes.values()), rel=0.02)
    assert both == pytest.approx(sum(sizes.values()), rel=0.02)


def test_a_refit_takes_the_decision_it_is_given(run):
    decision = {**outcome(run / "trials" / "full-trial")["decision"], "temperature": 1.75}
    folder = combined(run, "greedy_ensemble", ("tfidf", "full"), role="refit", decision=decision)
    told = outcome(folder)
    assert told["dev_score"] is None
    assert told["footprint"]["row_ms"] is None
    assert not (folder / "dev.npz").exists()
    assert load_model(folder / "model").decision.temperature == 1.75


def test_members_that_can_not_be_combined_are_named(run):
    with pytest.raises(SettingError, match=r"soup can't combine.*tfidf \(number 2\) is no network"):
        combined(run, "soup", ("full", "tfidf"))


def chosen(run: Path, tmp_path: Path, use: str, names: tuple[str, ...], **more: Any) -> dict[str, Any]:
    request = {
        "folder": str(tmp_path),
        "combination": {"use": use, "params": {}},
        "task": registry.spec(small_task()),
        "metric": METRIC,
        "rows": [str(run / "work" / "dev.parquet")],
        "members": [
            {
                "name": name,
                "fits": [str(run / "trials" / f"{name}-trial")],
                "footprint": outcome(run / "trials" / f"{name}-trial")["footprint"],
            }
            for name in names
        ],
        "wish": WISH,
        "seed": 0,
        **more,
    }
    choose(json.loads(json.dumps(request)), silent)
    return outcome(tmp_path, "choice.json")


@pytest.mark.parametrize("use", registry.names("combine"))
def test_a_choice_says_what_it_is_worth_or_that_nothing_is_gained(run, tmp_path, use):
    names = ("tfidf", "full", "partial")
    told = chosen(run, tmp_path, use, names)
    if told["weights"] is None:
        assert not (tmp_path / "dev.npz").exists()
        return
    assert sum(told["weights"]) == pytest.approx(1.0)
    decided = read_predictions(tmp_path / "dev.npz", CLASSES)
    gold = small_task().gold(small_rows(90, seed=2))
    assert told["score"] == pytest.approx((decided.labels == gold).mean())
    alone = read_predictions(tmp_path / "alone.npz", CLASSES)
    assert told["alone"] == pytest.approx((alone.labels == gold).mean())
    assert told["alone"] <= max(outcome(run / "trials" / f"{name}-trial")["dev_score"] for name in names)


def test_one_member_gains_nothing(run, tmp_path):
    assert chosen(run, tmp_path, "greedy_ensemble", ("full",)) == {"weights": None}


def test_a_cap_that_no_two_members_keep_leaves_nothing_to_combine(run, tmp_path):
    largest = max(
        outcome(run / "trials" / f"{name}-trial")["footprint"]["bytes"] for name in ("tfidf", "full")
    )
    told = chosen(run, tmp_path, "greedy_ensemble", ("tfidf", "full"), caps={"bytes": largest + 1})
    assert told == {"weights": None}
