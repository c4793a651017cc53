"""A training whose settings change on the way equals one that went on with others from a checkpoint."""

from __future__ import annotations

import numpy as np
import pytest

from headstart import registry
from headstart.core.model import Model
from headstart.models.describe import describe
from headstart.train.saved_state import read_state, write_state
from tests.contracts.chat_data import ChatContract
from tests.contracts.preference_data import PreferenceContract
from tests.contracts.small_data import small_rows, small_situation
from tests.contracts.strategy_contract import StrategyContract, assert_same
from tests.contracts.text_data import TextContract
from tests.strategies.test_multitask import OTHER, auxiliary

QUICK = {"epochs": 3, "learning_rate": 3e-3, "head_rate": 1e-2}
PACED = {"epochs": 3, "batch_size": 8}
OTHERS = {"weight_decay": 0.2, "dropout": 0.2}
CHANGED = {**OTHERS, "learning_rate": 1e-3, "head_rate": 2e-3}
LAYERED = {**CHANGED, "layer_decay": 0.5, "label_smoothing": 0.2}
SLOWER = {**OTHERS, "rate_factor": 0.3}


class Case(StrategyContract):
    """Fits of several strategies, without the whole contract."""


class Several(Case):
    def also(self):
        return {OTHER: auxiliary(60)}


class Answered(ChatContract):
    """Answers in conversations."""


class Preferred(PreferenceContract):
    """Answers of which one is preferred."""


class Written(TextContract):
    """Texts."""


CASES = [
    (Case, "partial", {**QUICK, "frozen_blocks": 1}, LAYERED),
    (Case, "full", {**QUICK, "l2_sp": 1.0, "averaging": 0.9, "interpolation": 0.7}, LAYERED),
    (Case, "gradual", QUICK, LAYERED),
    (Case, "lora", {**QUICK, "rank": 4}, CHANGED),
    (Case, "lora", {**QUICK, "rank": 4, "method": "adalora"}, SLOWER),
    (Several, "multitask", QUICK, LAYERED),
    (Answered, "full", PACED, SLOWER),
    (Preferred, "full", PACED, SLOWER),
    (Written, "full", {**PACED, "max_written": 4}, SLOWER),
]
BASES = {Answered: "tiny_llama", Preferred: "tiny_llama", Written: "tiny_t5"}


@pytest.mark.parametrize(
    ("kind", "name", "params", "changed"), CASES, ids=lambda each: getattr(each, "__name__", None)
)
def test_a_course_equals_going_on_with_other_settings(kind, name, params, changed, tmp_path, request):
    base = request.getfixturevalue(BASES.get(kind, "tiny_bert"))
    case = kind()
    case.name, case.params = name, params
    split = case.split_of(case.make_rows(48, seed=1), case.make_rows(12, seed=2))
    unseen = case.make_rows(12, seed=3)
    start = Model(task=split.task, predictor=None, base=describe(str(base)))

    def fit(folder, state=None, **settings):
        found = []
        for each in case.strategy(**settings).adapt(
            start, split, case.context_in(tmp_path / folder), state=state
        ):
            found.append(each)
            write_state(each.state, tmp_path / folder / f"{len(found)}.safetensors")
        return found

    plain = fit("plain")
    course = ((1 / 3, changed),)
    whole = fit("whole", course=course)
    went_on = fit("went on", read_state(tmp_path / "plain" / "2.safetensors"), course=course)
    assert [each.fraction for each in went_on] == [each.fraction for each in whole[2:]]
    assert_same(went_on[-1].model.predict(unseen), whole[-1].model.predict(unseen))
    assert went_on[-1].dev_score == pytest.approx(whole[-1].dev_score, abs=1e-6)
    assert went_on[-1].curve.points[-1] == whole[-1].curve.points[-1]
    assert whole[1].curve.points == plain[1].curve.points
    difference = whole[-1].curve.points[-1].train_loss - plain[-1].curve.points[-1].train_loss
    assert abs(difference) > 1e-5


def test_what_changes_changes_from_its_share_on_and_not_before(tiny_bert, tmp_path):
    case = Case()
    case.name, case.params = "partial", {**QUICK, "epochs": 4, "label_smoothing": 0.0}
    split = case.split_of(small_rows(48, seed=1), small_rows(12, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_bert)))
    resting = {"learning_rate": 0.0, "head_rate": 0.0, "weight_decay": 0.0}
    losses = []
    moving = {name: QUICK[name] for name in ("learning_rate", "head_rate")}
    for place, course in enumerate(((), ((0.5, resting),), ((0.25, resting), (0.75, moving)))):
        last = list(case.strategy(course=course).adapt(start, split, case.context_in(tmp_path / str(place))))[
            -1
        ]
        losses.append([each.dev_loss for each in last.curve.points])
    plain, halted, paused = np.array(losses)
    np.testing.assert_allclose(halted[:3], plain[:3])
    np.testing.assert_allclose(halted[3:], plain[2], rtol=1e-5)
    np.testing.assert_allclose(paused[2:4], paused[1], rtol=1e-5)
    assert paused[4] != pytest.approx(paused[1], rel=1e-4)


def test_a_course_that_can_not_be_followed_blocks_a_strategy(tiny_bert):
    case = Case()
    case.name = "partial"
    split = case.split_of(small_rows(48, seed=1), small_rows(12, seed=2))
    situation = small_situation(split.task, describe(str(tiny_bert)), train_rows=90)
    for course, said in (
        (((0.5, {"epochs": 9}),), "epochs can't change while it learns"),
        ((0.5,), "pairs of a share and of settings"),
    ):
        [reason] = case.strategy(course=course).blockers(situation)
        assert said in reason
    built = registry.build("strategies", "partial", {"course": ((0.5, {"dropout": 0.1}),)})
    assert built.blockers(situation) == ()
