"""What every strategy promises; the test of a strategy inherits this class and names it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest

from headstart import registry
from headstart.core.context import Context
from headstart.core.deadline import Deadline
from headstart.core.knob import knobs
from headstart.core.model import Model
from headstart.core.split import Split
from headstart.core.strategy import Checkpoint
from headstart.models.describe import describe
from tests.contracts.small_data import small_rows, small_situation, small_task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.base import BaseInfo
    from headstart.core.plan import Situation
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows


class StrategyContract:
    """Inherit it as `class TestProbe(StrategyContract): name = "probe"`.

    Attributes:
        name: the strategy's name.
        params: hyper-parameters that keep it quick.
        nothing_to_choose: further hyper-parameters with which dev rows have nothing left to decide.
        accuracy: share of unseen rows of the small data that it must label rightly.
        free_bytes: memory that its cost may leave out.
    """

    name: ClassVar[str]
    params: ClassVar[Mapping[str, Any]] = {}
    nothing_to_choose: ClassVar[Mapping[str, Any]] = {}
    accuracy: ClassVar[float] = 0.0

    train_rows: ClassVar[int] = 90
    dev_rows: ClassVar[int] = 30
    metric: ClassVar[str] = "accuracy"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        """Rows of the kind of task in question."""
        return small_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        """The task that they state."""
        return small_task()

    def quality(self, predictions: Predictions, gold: Any) -> float:
        """What `accuracy` speaks of."""
        return float((predictions.labels == gold).mean())

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        """They have the form that the task asks for."""
        assert predictions.classes == task.classes
        assert predictions.probabilities.shape == (rows, len(task.classes))
        assert (predictions.probabilities >= 0).all()
        np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1.0, atol=1e-5)
        np.testing.assert_array_equal(predictions.labels, predictions.probabilities.argmax(axis=1))

    @pytest.fixture
    def split(self) -> Split:
        return self.split_of(self.make_rows(self.train_rows, seed=1), self.make_rows(self.dev_rows, seed=2))

    def split_of(self, train: Rows, dev: Rows) -> Split:
        """A split of these rows, no cluster of one being one of the other."""
        moved = replace(dev, groups=dev.groups + len(train), numbers=dev.numbers + len(train))
        return Split(task=self.make_task(train), train=train, dev=moved, also=self.also())

    @pytest.fixture
    def unseen(self) -> Rows:
        return self.make_rows(90, seed=3)

    @pytest.fixture
    def start(self, split: Split, tiny_bert: Path) -> Model:
        needs_base = registry.load("strategies", self.name).needs_base
        return Model(task=split.task, predictor=None, base=describe(str(tiny_bert)) if needs_base else None)

    @pytest.fixture
    def context(self, tmp_path: Path) -> Context:
        return self.context_in(tmp_path / "work")

    def context_in(self, workdir: Path, **settings: Any) -> Context:
        workdir.mkdir()
        metric = registry.build("metrics", self.metric, {})
        plain = {"seed": 0, "device": "cpu", "precision": "float32", "workdir": workdir, "metric": metric}
        return Context(**{**plain, **settings})

    def strategy(self, **params: Any) -> Any:
        return registry.build("strategies", self.name, {**self.params, **params})

    def muddled(self, dev: Rows) -> Any:
        """The target column of dev rows in another order."""
        return dev.frame[dev.columns.target].sort(descending=True)

    def also(self) -> Mapping[str, Split]:
        """Auxiliary splits for a strategy that needs some."""
        return {}

    def situation(self, split: Split, base: BaseInfo | None, rows: int) -> Situation:
        return small_situation(split.task, base, train_rows=rows)

    def adapted(self, start: Model, split: Split, context: Context, **params: Any) -> list[Checkpoint]:
        return list(self.strategy(**params).adapt(start, split, context))

    def test_its_knobs_explain_themselves(self):
        assert self.strategy().summary
        for knob in knobs(type(self.strategy())):
            assert knob.help
            assert knob.low is None or knob.high is None or knob.low < knob.high
            if isinstance(knob.default, int | float) and knob.low is not None and knob.high is not None:
                assert knob.low <= knob.default <= knob.high
            if knob.choices:
                assert knob.default in knob.choices

    def test_its_params_travel_as_json(self):
        strategy = self.strategy()
        written = json.loads(json.dumps(asdict(strategy)))
        assert registry.from_spec("strategies", {"use": self.name, "params": written}) == strategy

    def test_nothing_blocks_it_on_plain_data(self, start, split):
        assert self.strategy().blockers(self.situation(split, start.base, 90)) == ()

    def test_cost_is_positive_and_grows_with_rows(self, start, split):
        few, many = (self.strategy().cost(self.situation(split, start.base, rows)) for rows in (100, 100_000))
        assert 0 < few.seconds <= many.seconds
        assert 0 < few.peak_bytes <= many.peak_bytes

    def test_it_ends_with_a_full_checkpoint_of_a_model(self, start, split, context):
        checkpoints = self.adapted(start, split, context)
        assert checkpoints
        fractions = [each.fraction for each in checkpoints]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
        for each in checkpoints:
            assert isinstance(each, Checkpoint)
            assert isinstance(each.model, Model)
            assert each.model.task == split.task
            assert each.model.base == start.base
        assert [step.use for step in checkpoints[-1].model.lineage] == [self.name]

    def test_the_dev_score_is_that_of_the_model(self, start, split, context):
        last = self.adapted(start, split, context)[-1]
        assert last.dev_score == pytest.approx(context.score(last.model, split.dev))

    def test_predictions_are_what_is_asked_for_in_the_order_of_the_rows(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        predictions = model.predict(unseen)
        self.check_predictions(predictions, split.task, len(unseen))
        order = np.random.default_rng(0).permutation(len(unseen))
        moved = model.predict(unseen.take(order))
        if predictions.probabilities is not None:
            np.testing.assert_allclose(moved.probabilities, predictions.probabilities[order], atol=1e-4)
        elif predictions.values is not None:
            np.testing.assert_allclose(moved.values, predictions.values[order], atol=1e-4)
        elif predictions.confidence is not None:
            np.testing.assert_allclose(moved.confidence, predictions.confidence[order], atol=1e-4)
            assert moved.texts == tuple(predictions.texts[each] for each in order)
        elif predictions.scores is not None:
            np.testing.assert_allclose(moved.scores, predictions.scores[order], atol=1e-4)
            np.testing.assert_array_equal(moved.ranked[:, 0], predictions.ranked[order][:, 0])
        else:
            assert moved.answers == [predictions.answers[each] for each in order]

    def test_it_predicts_rows_without_a_target_and_no_rows(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        blind = replace(
            unseen,
            columns=replace(unseen.columns, target=None),
            frame=unseen.frame.drop(unseen.columns.target),
        )
        assert_same(model.predict(blind), model.predict(unseen))
        assert len(model.predict(unseen.take([]))) == 0

    def test_it_learns_what_can_be_learnt(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        assert self.quality(model.predict(unseen), split.task.gold(unseen)) >= self.accuracy

    def test_the_seed_decides_everything(self, start, split, tmp_path, unseen):
        first, second = (
            self.adapted(start, split, self.context_in(tmp_path / name, seed=5))[-1] for name in ("a", "b")
        )
        assert_same(first.model.predict(unseen), second.model.predict(unseen))
        assert first.chosen == second.chosen

    def test_dev_rows_are_not_fitted(self, start, split, tmp_path, unseen):
        wrong = self.muddled(split.dev)
        muddled = replace(split.dev, frame=split.dev.frame.with_columns(wrong))
        other = replace(split, dev=muddled)
        first, second = (
            self.adapted(start, each, self.context_in(tmp_path / name), **self.nothing_to_choose)[-1]
            for name, each in (("a", split), ("b", other))
        )
        assert_same(first.model.predict(unseen), second.model.predict(unseen))

    def test_what_was_chosen_serves_a_refit_without_dev_rows(self, start, split, tmp_path):
        found = self.adapted(start, split, self.context_in(tmp_path / "a"))[-1]
        chosen = json.loads(json.dumps(dict(found.chosen)))
        every = replace(split, train=split.train + split.dev, dev=split.dev.take([]))
        last = self.adapted(start, every, self.context_in(tmp_path / "b"), **chosen)[-1]
        assert last.fraction == 1.0
        assert last.dev_score is None
        assert len(last.model.predict(split.dev)) == len(split.dev)

    def test_it_does_not_change_what_it_started_from(self, start, split, context, unseen):
        first = self.adapted(start, split, context)[-1].model
        before = first.predict(unseen)
        if not registry.load("strategies", self.name).needs_base:
            return
        self.adapted(first, split, context)
        assert_same(first.predict(unseen), before)

    def test_a_saved_predictor_predicts_the_same(self, start, split, context, unseen, tmp_path):
        model = self.adapted(start, split, context)[-1].model
        folder = tmp_path / "saved"
        folder.mkdir()
        config = json.loads(json.dumps(dict(model.predictor.save(folder))))
        kind = registry.load("predictors", registry.name_of(model.predictor))
        again = kind.load(folder, config, split.task)
        assert_same(again.predict(unseen), model.predictor.predict(unseen), within=1e-5)

    def test_it_writes_outside_its_folder_only_into_the_cache(self, start, split, tmp_path):
        cache = tmp_path / "cache"
        self.adapted(start, split, self.context_in(tmp_path / "work", cache=cache))
        assert {each.name for each in tmp_path.iterdir()} <= {"work", "cache"}

    def test_a_passed_deadline_still_gives_a_model_or_says_why(self, start, split, tmp_path, unseen):
        context = self.context_in(tmp_path / "work", deadline=Deadline.after(0.0))
        checkpoints = self.adapted(start, split, context)
        assert len(checkpoints[-1].model.predict(unseen)) == len(unseen)


def alone(split: Split) -> Split:
    """The split without dev rows, so that the last epoch stands and what was trained is what ships."""
    return replace(split, dev=split.dev.take([]))


def saved(model: Model, place: Path) -> Path:
    """A new folder in a place, with the model's predictor as it ships."""
    folder = place / "saved"
    folder.mkdir()
    model.predictor.save(folder)
    return folder


def assert_same(first: Predictions, second: Predictions, *, within: float = 1e-6) -> None:
    assert first.arrays.keys() == second.arrays.keys()
    assert first.texts == second.texts
    for name, values in first.arrays.items():
        if values.dtype.kind == "f":
            np.testing.assert_allclose(values, second.arrays[name], atol=within)
        elif first.probabilities is None:
            np.testing.assert_array_equal(values, second.arrays[name])
