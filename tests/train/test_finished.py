"""What the checkpoint of a strategy that fits in one go says of it."""

from __future__ import annotations

import pytest

from headstart import registry
from headstart.core.context import Context
from headstart.core.model import Model
from headstart.core.plan import Step
from headstart.core.split import Split
from headstart.models.describe import describe
from headstart.train.finished import finished
from tests.contracts.small_data import CLASSES, small_rows, small_task


@pytest.fixture
def made(tmp_path, tiny_bert):
    def build(name, *, dev_rows=9, **params):
        metric = registry.build("metrics", "accuracy", {})
        context = Context(seed=0, device="cpu", precision="float32", workdir=tmp_path, metric=metric)
        split = Split(task=small_task(), train=small_rows(9), dev=small_rows(9, seed=1).take(range(dev_rows)))
        start = Model(
            task=small_task(), predictor=None, base=describe(str(tiny_bert)), lineage=(Step(use="full"),)
        )
        constant = registry.build(
            "predictors", "constant", {"classes": CLASSES, "frequencies": (1.0, 0.0, 0.0)}
        )
        strategy = registry.build("strategies", name, params)
        return start, finished(strategy, start, constant, split=split, context=context, chosen={"a": 1})

    return build


def test_the_step_joins_those_before_it_with_its_parameters(made):
    _, checkpoint = made("tfidf", strength=3.0)
    first, step = checkpoint.model.lineage
    assert first == Step(use="full")
    assert (step.use, step.params["strength"], step.params["characters"]) == ("tfidf", 3.0, "auto")


def test_it_is_whole_and_scored_where_there_are_dev_rows(made):
    _, checkpoint = made("majority")
    assert (checkpoint.fraction, checkpoint.chosen) == (1.0, {"a": 1})
    assert checkpoint.dev_score == pytest.approx(1 / 3)
    assert made("majority", dev_rows=0)[1].dev_score is None


@pytest.mark.parametrize(("name", "keeps"), [("majority", False), ("probe", True)])
def test_the_base_stays_with_what_needs_one(made, name, keeps):
    start, checkpoint = made(name)
    assert checkpoint.model.base == (start.base if keeps else None)
