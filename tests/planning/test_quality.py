"""Ranges of quality: wide for data that nobody has seen, narrow once something was fitted to it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from headstart.core.machine import Machine
from headstart.core.plan import Candidate, Cost, Plan, Step
from headstart.planning import quality
from headstart.planning.quality import FILE, QualityModel, Spread, odds, of_the_frequent, share, with_quality
from headstart.planning.scores import Reached

SPREAD = Spread(
    level=1.0,
    rows=0.3,
    classes=0.2,
    strategy=0.4,
    strategy_rows=0.1,
    strategy_classes=0.1,
    data=0.8,
    data_rows=0.1,
    pair=0.1,
    noise=0.1,
)
WANTED = Reached(
    data="new", strategy="full", base="embedded", metric="accuracy", rows=128, classes=2, score=0.0
)


def scores(seed=0, sets=8, spread=SPREAD):
    """What the model says of the world, drawn from it."""
    rng = np.random.default_rng(seed)
    found = []
    strategies = {"tfidf": -0.6, "probe": 0.0, "full": 0.4}
    for data in range(sets):
        hard = 1.0 + spread.data * rng.normal()
        for rows in (32, 128, 512):
            for strategy, better in strategies.items():
                value = hard + better + 0.3 * np.log(rows / 64) + spread.noise * rng.normal()
                found.append(
                    replace(
                        WANTED,
                        data=f"set {data}",
                        strategy=strategy,
                        base=None if strategy == "tfidf" else "embedded",
                        rows=rows,
                        score=share(float(value)),
                    )
                )
    return tuple(found)


def width(ends):
    return ends[1] - ends[0]


def test_odds_and_share_undo_each_other():
    assert [share(odds(each)) for each in (0.1, 0.5, 0.93)] == pytest.approx([0.1, 0.5, 0.93])
    assert np.isfinite([odds(0.0), odds(1.0)]).all()


def test_a_range_lies_within_nought_and_one_and_holds_the_usual_score():
    low, high = QualityModel(spread=SPREAD, reached=scores()).expected(WANTED)
    assert 0.0 < low < np.median([each.score for each in scores() if each.strategy == "full"]) < high < 1.0


def test_what_many_classes_cost_one_strategy_is_no_matter_where_they_are_few():
    """Pairs of 77 classes don't fit into a batch; those of two do."""
    few = [
        replace(WANTED, data=f"set {data}", strategy=name, rows=64, score=0.6 + better)
        for data in range(4)
        for name, better in (("full", 0.1), ("probe", 0.0))
    ]
    many = [
        replace(WANTED, data="many", strategy=name, rows=1600, classes=77, score=0.6 - better)
        for name, better in (("full", 0.2), ("probe", 0.0))
    ]

    def ahead(classes):
        wanted = replace(WANTED, rows=32 * classes, classes=classes)
        model = QualityModel(spread=replace(SPREAD, strategy_classes=0.3), reached=(*few, *many))
        return model.foretold(wanted)[0] - model.foretold(replace(wanted, strategy="probe"))[0]

    assert ahead(2) > 0.2
    assert ahead(77) < -0.2


def test_ranges_hold_four_of_five_data_sets_that_were_left_out():
    held, every = 0, 0
    for seed in range(8):
        reached = scores(seed=seed)
        for data in sorted({each.data for each in reached}):
            model = QualityModel(spread=SPREAD, reached=tuple(each for each in reached if each.data != data))
            for each in reached:
                if each.data == data and each.rows == 128:
                    low, high = model.expected(each)
                    held, every = held + (low <= each.score <= high), every + 1
    assert 0.72 <= held / every <= 0.92


@pytest.mark.parametrize(("metric", "least"), [("accuracy", 1 / 2), ("macro_f1", 1 / 3)])
def test_a_range_ends_where_a_fit_that_learnt_nothing_would_be(metric, least):
    known = tuple(replace(each, metric=metric) for each in scores())
    hard = replace(WANTED, metric=metric, strategy="tfidf", base=None, rows=64 if metric == "accuracy" else 8)
    low, high = QualityModel(spread=SPREAD, reached=known).expected(hard)
    assert low == pytest.approx(least)
    assert high > least + 0.1


def test_a_range_that_lies_below_a_guess_is_told_as_it_is():
    """Such scores don't carry over, and a guess is no better foretold by them."""
    known = tuple(replace(each, score=0.4 * each.score) for each in scores())
    low, high = QualityModel(spread=SPREAD, reached=known).expected(
        replace(WANTED, strategy="tfidf", base=None)
    )
    assert low < 0.5
    assert high - low > 0.2


def test_right_answers_of_the_frequent_classes_are_few_classes():
    assert of_the_frequent(0.7, (0.25, 0.25, 0.25, 0.25)) == pytest.approx(0.7)
    assert of_the_frequent(0.9, (0.875, 0.125)) == pytest.approx((1 + 0.2) / 2)
    assert of_the_frequent(0.5, (0.1, 0.6, 0.3)) == pytest.approx(0.5 / 0.6 / 3)
    assert of_the_frequent(1.0, (0.1, 0.6, 0.3)) == pytest.approx(1.0)


def test_macro_f1_of_uneven_classes_may_be_low_until_something_was_fitted():
    known = tuple(replace(each, metric="macro_f1") for each in scores())
    model, wanted = QualityModel(spread=SPREAD, reached=known), replace(WANTED, metric="macro_f1")
    even, uneven = (model.expected(wanted, shares=each) for each in ((0.5, 0.5), (0.9, 0.1)))
    assert even == pytest.approx(model.expected(wanted))
    assert uneven[0] < even[0] - 0.1
    assert uneven[1] == even[1]
    probed = replace(model, reached=(*known, replace(wanted, strategy="probe", score=0.8)))
    assert probed.expected(wanted, shares=(0.9, 0.1)) == probed.expected(wanted)
    told = QualityModel(spread=SPREAD, reached=scores())
    assert told.expected(WANTED, shares=(0.9, 0.1)) == told.expected(WANTED)


def test_more_rows_bring_nothing_to_what_learns_from_none():
    known = QualityModel(spread=SPREAD, reached=scores(), rowless=("probe",))
    few, many = (known.expected(replace(WANTED, strategy="probe", rows=rows)) for rows in (32, 2048))
    assert few == pytest.approx(many)


def test_more_rows_are_expected_to_bring_more():
    model = QualityModel(spread=SPREAD, reached=scores())
    few, many = (model.expected(replace(WANTED, rows=rows)) for rows in (32, 2048))
    assert many[0] > few[0]
    assert many[1] > few[1]


def test_a_probe_on_the_same_data_narrows_the_range_and_moves_it():
    known = scores()
    wide = QualityModel(spread=SPREAD, reached=known).expected(WANTED)
    probed = replace(WANTED, strategy="probe", score=0.55)
    narrow = QualityModel(spread=SPREAD, reached=(*known, probed)).expected(WANTED)
    assert width(narrow) < 0.5 * width(wide)
    assert narrow[1] < wide[1]


def test_what_was_never_measured_is_not_known():
    model = QualityModel(spread=SPREAD, reached=scores())
    assert model.expected(replace(WANTED, strategy="new one")) is None
    assert model.expected(replace(WANTED, base="elsewhere")) is None
    there = replace(WANTED, base="elsewhere", data="old", score=0.8)
    assert replace(model, reached=(*model.reached, there)).expected(replace(there, data="new")) is not None


def plan():
    def candidate(name, *, blocked=False):
        return Candidate(
            base="embedded", steps=(Step(use=name),), cost=Cost(seconds=1.0, peak_bytes=1e9), blocked=blocked
        )

    machine = Machine(
        device="cpu", cores=2, memory_bytes=1, device_memory_bytes=1, precision="float32", flops=1e9
    )
    return Plan(
        baselines=(candidate("zero_shot"),),
        candidates=(candidate("full"), candidate("probe", blocked=True)),
        machine=machine,
    )


def test_a_plan_tells_what_is_known_and_no_more(monkeypatch):
    monkeypatch.setattr(quality, "shipped", lambda metric: QualityModel(spread=SPREAD, reached=scores()))
    found = with_quality(plan(), wanted=WANTED)
    assert found.candidates[0].quality == QualityModel(spread=SPREAD, reached=scores()).expected(WANTED)
    assert found.candidates[1].quality is None
    assert found.baselines[0].quality is None
    history = (replace(WANTED, strategy="probe", score=0.55),)
    again = with_quality(plan(), wanted=WANTED, history=history)
    assert width(again.candidates[0].quality) < width(found.candidates[0].quality)


def test_a_metric_that_was_not_measured_leaves_the_plan_as_it_was():
    assert with_quality(plan(), wanted=replace(WANTED, metric="matthews")) == plan()


def test_what_ships_knows_the_default_metrics():
    values = json.loads(FILE.read_text(encoding="utf-8"))
    for metric in ("accuracy", "macro_f1"):
        model = QualityModel.read(values, metric=metric)
        low, high = model.expected(replace(WANTED, metric=metric, strategy="probe"))
        assert 0.3 < low < high < 1.0
