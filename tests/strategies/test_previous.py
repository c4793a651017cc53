"""An earlier bundle as it is: the same answers, whatever the rows of now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from headstart import registry
from headstart.bundle.load import load_model
from headstart.bundle.save import save_model
from headstart.core.context import Context
from headstart.core.decision import Decision
from headstart.core.feature import Feature
from headstart.core.model import Model
from headstart.core.split import Split
from headstart.errors import TrainingError
from headstart.tasks.multilabel import Multilabel
from headstart.tasks.tagging import Tagging
from tests.contracts.label_data import LABELS, label_rows
from tests.contracts.small_data import CLASSES, small_rows, small_situation, small_task
from tests.contracts.strategy_contract import StrategyContract
from tests.contracts.tag_data import KINDS, tag_rows

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.task import Task

RULE = Decision(temperature=1.7, positive=1, threshold=0.4)


def shipped(folder: Path, classes: tuple[str, ...] = CLASSES, rule: Decision = RULE) -> Path:
    """A bundle of tf-idf on small data."""
    rows = small_rows(90, seed=1, classes=classes)
    task, metric = small_task(classes), registry.build("metrics", "accuracy", {})
    context = Context(seed=0, device="cpu", precision="float32", workdir=folder, metric=metric)
    split = Split(task=task, train=rows, dev=rows.take([]))
    step = registry.build("strategies", "tfidf", {"strength": 10.0})
    *_, last = step.adapt(Model(task=task, predictor=None), split, context)
    save_model(replace(last.model, decision=rule), folder / "bundle", columns=("text",))
    return folder / "bundle"


class TestPrevious(StrategyContract):
    name = "previous"
    accuracy = 0.9

    @pytest.fixture(autouse=True, scope="class")
    def bundle(self, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
        request.cls.folder = shipped(tmp_path_factory.mktemp("earlier"), rule=Decision(temperature=1.7))
        return request.cls.folder

    def context_in(self, workdir: Path, **settings: Any) -> Context:
        return super().context_in(workdir, opens=load_model, **settings)

    def strategy(self, **params: Any) -> Any:
        return registry.build("strategies", self.name, {"bundle": str(self.folder), **params})

    def test_it_ends_with_a_full_checkpoint_of_a_model(self, start, split, context):
        """And the model's lineage is that of the bundle: nothing was done to it."""
        (last,) = self.adapted(start, split, context)
        assert last.fraction == 1.0
        assert last.model.task == split.task
        assert [step.use for step in last.model.lineage] == ["tfidf"]

    def test_it_answers_as_the_bundle_does_whatever_the_rows_of_now(self, start, split, context, unseen):
        muddled = replace(split, train=split.train.take(range(10)), dev=split.dev.take(range(5)))
        (last,) = self.adapted(start, muddled, context)
        np.testing.assert_array_equal(
            last.model.predict(unseen).probabilities, load_model(self.folder).predict(unseen).probabilities
        )

    def test_a_run_without_an_earlier_one_is_told_so(self, start, split):
        (reason,) = registry.build("strategies", "previous", {}).blockers(
            self.situation(split, start.base, 90)
        )
        assert reason == "no earlier bundle was given; name its run with --previous"

    def test_a_class_that_is_gone_blocks_it(self, start, split):
        fewer = replace(split, task=small_task(CLASSES[:2]))
        (reason,) = self.strategy().blockers(self.situation(fewer, start.base, 90))
        assert reason == f"it gives the label {CLASSES[2]!r}, which no row has now"

    def test_where_no_bundle_can_be_opened_it_says_so(self, start, split, tmp_path):
        closed = super().context_in(tmp_path / "work")
        with pytest.raises(TrainingError, match="can be opened"):
            self.adapted(start, split, closed)


@pytest.mark.parametrize(
    "rule",
    [RULE, Decision(temperature=0.6, costs=((0, 1, 5), (2, 0, 1), (1, 1, 0))), Decision(abstain_below=0.5)],
)
def test_new_classes_leave_every_answer_as_it_was(tmp_path: Path, rule: Decision):
    bundle, unseen = shipped(tmp_path, rule=rule), small_rows(60, seed=4)
    now = small_task(("animals", *CLASSES, "weather"))
    metric = registry.build("metrics", "accuracy", {})
    context = Context(
        seed=0, device="cpu", precision="float32", workdir=tmp_path, metric=metric, opens=load_model
    )
    step = registry.build("strategies", "previous", {"bundle": str(bundle)})
    start = Model(task=now, predictor=None)
    split = Split(task=now, train=unseen, dev=unseen.take([]))
    (last,) = step.adapt(start, split, context)
    before, after = load_model(bundle).predict(unseen), last.model.predict(unseen)
    assert after.names == before.names
    assert after.classes == now.classes
    np.testing.assert_allclose(after.probabilities[:, 1:4], before.probabilities, atol=1e-6)


def test_what_read_other_columns_beside_the_text_is_not_measured(tmp_path: Path):
    """It would be asked about texts of another kind than it was fitted on, and look worse than it is."""
    step = registry.build("strategies", "previous", {"bundle": str(shipped(tmp_path))})
    amount = Feature(name="amount", kind="number")
    situation = small_situation(small_task(), None, train_rows=90, features=(amount,))
    (reason,) = step.blockers(situation)
    assert reason == (
        "beside the text it reads no columns, and the rows have 'amount' (number) now; "
        "name the same with --columns"
    )
    save_model(load_model(tmp_path / "bundle"), tmp_path / "beside", columns=("text",), features=(amount,))
    step = registry.build("strategies", "previous", {"bundle": str(tmp_path / "beside")})
    assert step.blockers(situation) == ()
    assert "it reads 'amount' (number)" in step.blockers(replace(situation, features=()))[0]


SEVERAL = (
    Multilabel(classes=LABELS),
    Multilabel(classes=("animals", *LABELS, "weather")),
    label_rows,
    "tfidf_labels",
    Decision(temperature=0.7, thresholds=(0.2, 0.5, 0.7)),
)
WORD_BY_WORD = (Tagging(kinds=KINDS), Tagging(kinds=("ALIEN", *KINDS, "ZOO")), tag_rows, "frequent_tag")


@pytest.mark.parametrize(
    ("then", "now", "drawn", "use", "rule"), [SEVERAL, (*WORD_BY_WORD, Decision())], ids=["labels", "tags"]
)
def test_labels_and_tags_that_are_new_are_never_given(
    tmp_path: Path, then: Task, now: Task, drawn: Any, use: str, rule: Decision
):
    known, unseen = drawn(90, seed=1), drawn(60, seed=4)
    metric = registry.build("metrics", "accuracy", {})
    context = Context(
        seed=0, device="cpu", precision="float32", workdir=tmp_path, metric=metric, opens=load_model
    )
    *_, fitted = registry.build("strategies", use, {}).adapt(
        Model(task=then, predictor=None), split_of(then, known), context
    )
    save_model(replace(fitted.model, decision=rule), tmp_path / "bundle", columns=known.columns.text)
    step = registry.build("strategies", "previous", {"bundle": str(tmp_path / "bundle")})
    assert step.blockers(small_situation(now, None, train_rows=90)) == ()
    (last,) = step.adapt(Model(task=now, predictor=None), split_of(now, unseen), context)
    before, after = load_model(tmp_path / "bundle").predict(unseen), last.model.predict(unseen)
    assert after.answers == before.answers
    assert any(after.answers)
    assert after.classes == now.classes
    save_model(last.model, tmp_path / "again", columns=known.columns.text)
    assert load_model(tmp_path / "again").predict(unseen).answers == before.answers


def split_of(task: Task, rows: Rows) -> Split:
    return Split(task=task, train=rows, dev=rows.take([]))
