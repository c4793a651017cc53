"""Workers choose what to combine and leave a model that is tested and shipped like any fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from headstart import registry
from headstart.bundle.check import compare, predict_in_fresh_process
from headstart.bundle.load import load_model
from headstart.core.decision import Decision
from headstart.core.portion import Portion
from headstart.core.predictions import Predictions
from headstart.errors import SettingError
from headstart.flow.adapting.choosing import choose
from headstart.flow.adapting.combining import combine
from headstart.flow.adapting.handover import read_predictions, write_predictions
from headstart.flow.adapting.test import test as run_test
from tests.contracts.small_data import CLASSES, small_rows, small_task
from tests.flow.fits import METRIC, WISH, fitted, hand_over, key, worked

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_bert) -> Path:
    """A run's folder with rows, and the trials of three candidates."""
    root: Path = tmp_path_factory.mktemp("run")
    train, dev, test = (small_rows(rows, seed=seed) for rows, seed in ((36, 1), (90, 2), (60, 3)))
    hand_over(root, train=train, dev=dev, test=test)
    for name, base, params in (
        ("tfidf", None, {}),
        ("full", str(tiny_bert), {"epochs": 2}),
        ("partial", str(tiny_bert), {"epochs": 2}),
    ):
        for role, fold in (("trial", 0), ("trial", 1), ("refit", 0)):
            portion = Portion(fold=fold, folds=2)
            fitted(root, name, base=base, params=params, role=role, portion=portion)
    return root


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
        "left_s": None,
        "metric": METRIC,
        "role": role,
        "wish": WISH,
        **more,
    }
    worked(combine, request)
    return folder


@pytest.mark.parametrize(
    ("use", "names"), [("greedy_ensemble", ("tfidf", "full", "partial")), ("soup", ("full", "partial"))]
)
def test_what_was_combined_is_measured_tested_and_shipped_like_a_fit(run, use, names):
    folder = combined(run, use, names)
    told, dev, task = outcome(folder), small_rows(90, seed=2), small_task()
    # How much processor time a fit took is told for predictions of fits alone.
    assert told.keys() | {"cpu_s"} == outcome(run / "trials" / "full-trial").keys()
    model = load_model(folder / "model")
    decided = read_predictions(folder / "dev.npz", CLASSES)
    np.testing.assert_allclose(model.predict(dev).probabilities, decided.probabilities, atol=1e-6)
    assert told["dev_score"] == pytest.approx((decided.labels == task.gold(dev)).mean())
    assert told["fraction"] == 1.0
    assert told["footprint"]["row_ms"] > 0
    worked(run_test, {"folders": [str(folder)], "rows": str(run / "work" / "test.parquet")})
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


def chosen(
    run: Path, tmp_path: Path, use: str, names: tuple[str, ...], *, folds: int = 1, **more: Any
) -> dict[str, Any]:
    request = {
        "folder": str(tmp_path),
        "combination": {"use": use, "params": {}},
        "task": registry.spec(small_task()),
        "metric": METRIC,
        "rows": [str(run / "work" / f"{name}.parquet") for name in ("dev", "train")[:folds]],
        "members": [
            {
                "name": name,
                "fits": [str(run / "trials" / key(name, "trial", fold)) for fold in range(folds)],
                "footprint": outcome(run / "trials" / f"{name}-trial")["footprint"],
            }
            for name in names
        ],
        "wish": WISH,
        "seed": 0,
        **more,
    }
    worked(choose, request)
    return outcome(tmp_path, "choice.json")


@pytest.mark.parametrize("use", registry.names("combine"))
def test_whatever_was_fitted_there_is_a_choice_or_a_plain_no(run, tmp_path, use):
    told = chosen(run, tmp_path, use, ("tfidf", "full", "partial"), folds=2)
    assert (told["weights"] is None) == (not (tmp_path / "raw.npz").exists())
    assert told["weights"] is None or told["score"] >= told["alone"]


def test_a_choice_says_what_it_is_worth_on_the_rows_of_all_portions(run, tmp_path):
    # Members that err independently: what they say is made up, so that there is something to gain.
    rng = np.random.default_rng(0)
    judging = (small_rows(90, seed=2), small_rows(36, seed=1))
    names = ("a", "b", "c", "d", "e")
    for name in names:
        for fold, rows in enumerate(judging):
            folder = run / "trials" / key(name, "trial", fold)
            folder.mkdir()
            logits = np.eye(3)[small_task().gold(rows)] + rng.normal(scale=1.0, size=(len(rows), 3))
            told = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
            raw = Predictions(classes=CLASSES, labels=told.argmax(axis=1), probabilities=told)
            write_predictions(raw, folder / "raw.npz")
            (folder / "outcome.json").write_text(json.dumps({"footprint": {"bytes": 10, "row_ms": 0.5}}))
    told = chosen(run, tmp_path, "greedy_ensemble", names, folds=2)
    assert sum(told["weights"]) == pytest.approx(1.0)
    assert told["score"] > told["alone"]
    used = sum(weight > 0 for weight in told["weights"])
    assert told["footprint"] == {"bytes": 10 * used, "row_ms": 0.5 * used, "prompts": None}
    gold = np.concatenate([small_task().gold(rows) for rows in judging])
    raw, decided, alone = (
        read_predictions(tmp_path / f"{name}.npz", CLASSES) for name in ("raw", "dev", "alone")
    )
    assert told["score"] == pytest.approx((decided.labels == gold).mean())
    assert told["alone"] == pytest.approx((alone.labels == gold).mean())
    decision = Decision(**registry.frozen_values(told["decision"]))
    np.testing.assert_allclose(decision.apply(raw).probabilities, decided.probabilities, atol=1e-6)


def test_one_member_gains_nothing(run, tmp_path):
    assert chosen(run, tmp_path, "greedy_ensemble", ("full",)) == {"weights": None}


def test_a_cap_that_no_two_members_keep_leaves_nothing_to_combine(run, tmp_path):
    largest = max(
        outcome(run / "trials" / f"{name}-trial")["footprint"]["bytes"] for name in ("tfidf", "full")
    )
    told = chosen(run, tmp_path, "greedy_ensemble", ("tfidf", "full"), caps={"bytes": largest + 1})
    assert told == {"weights": None}
