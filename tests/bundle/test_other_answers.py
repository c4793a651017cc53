"""Bundles of tasks other than classification: saved, opened in a fresh process, and asked in Python."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.bundle.check import compare, predict_in_fresh_process
from headstart.bundle.loaded import load
from headstart.bundle.save import save_model
from headstart.core.decision import Decision
from headstart.core.model import Model
from headstart.core.predictions import Predictions
from headstart.errors import DataError
from headstart.models.describe import describe
from tests.contracts.label_data import LabelContract
from tests.contracts.number_contract import NumberContract
from tests.contracts.pair_contract import RankingContract, SimilarityContract
from tests.contracts.span_data import SpanContract
from tests.contracts.tag_data import TagContract


def fitted(case, tiny_bert, tmp_path, strategy="probe"):
    case.name = strategy
    split = case.split_of(case.make_rows(60, seed=1), case.make_rows(20, seed=2))
    start = Model(task=split.task, predictor=None, base=describe(str(tiny_bert)))
    return case.adapted(start, split, case.context_in(tmp_path / "work"))[-1].model, case.make_rows(
        12, seed=3
    )


@pytest.mark.parametrize(
    "case",
    [NumberContract, LabelContract, TagContract, SpanContract, SimilarityContract, RankingContract],
)
def test_a_fresh_process_answers_the_same(case, tiny_bert, tmp_path):
    model, rows = fitted(case(), tiny_bert, tmp_path)
    if case is LabelContract:
        model = model.__class__(**{**vars(model), "decision": Decision(thresholds=(0.2, 0.9, 0.5))})
    save_model(model, tmp_path / "bundle", columns=rows.columns.text)
    ours = model.predict(rows)
    theirs = predict_in_fresh_process(tmp_path / "bundle", rows, timeout_s=None).predictions
    difference, flipped = compare(ours, theirs)
    assert difference < 1e-4
    assert flipped == 0
    if case is SpanContract:
        assert theirs.texts == ours.texts
        np.testing.assert_array_equal(theirs.spans, ours.spans)
    elif case in (LabelContract, TagContract):
        assert theirs.answers == ours.answers


def test_numbers_differ_by_degrees_and_not_by_rows():
    first = Predictions(values=np.array([1.0, 2.0, 3.0]))
    second = Predictions(values=np.array([1.0, 2.0, 3.0001]))
    assert compare(first, second) == (pytest.approx(0.0001 / np.std([1.0, 2.0, 3.0])), 0)


def test_sets_of_labels_that_differ_are_counted():
    first, second = (
        Predictions(classes=("a", "b"), chosen=np.array(chosen), probabilities=np.full((2, 2), 0.5))
        for chosen in ([[True, False], [True, True]], [[True, False], [False, True]])
    )
    assert compare(first, second) == (0.0, 1)


def test_answers_in_python_are_numbers_lists_and_tags(tiny_bert, tmp_path):
    for place, (case, kind) in enumerate(
        ((NumberContract(), float), (LabelContract(), list), (TagContract(), list))
    ):
        folder = tmp_path / str(place)
        folder.mkdir()
        model, rows = fitted(case, tiny_bert, folder)
        save_model(model, folder / "bundle", columns=rows.columns.text)
        opened = load(folder / "bundle")
        answers = opened.predict(rows.texts)
        assert len(answers) == 12
        assert all(isinstance(each, kind) for each in answers)
        frame = opened.predict_frame(rows.texts)
        assert frame["prediction"].to_list() == answers
        probabilities = [name for name in frame.columns if name.startswith("probability_")]
        assert len(probabilities) == (3 if isinstance(case, LabelContract) else 0)


def test_answers_to_questions_come_with_place_and_probability(tiny_bert, tmp_path):
    model, rows = fitted(SpanContract(), tiny_bert, tmp_path)
    save_model(model, tmp_path / "bundle", columns=rows.columns.text)
    opened = load(tmp_path / "bundle")
    questions, contexts = rows.frame["question"].to_list(), rows.frame["context"].to_list()
    answers = opened.predict(list(zip(questions, contexts, strict=True)))
    assert {bool(each["text"]) for each in answers} == {True, False}
    for context, each in zip(contexts, answers, strict=True):
        assert 0.0 < each["probability"] <= 1.0
        if each["text"]:
            assert context[each["start"] : each["end"]] == each["text"]
        else:
            assert (each["start"], each["end"]) == (None, None)
    assert opened.predict_frame(rows.frame)["prediction"].to_list() == answers


def test_answers_that_differ_are_counted_and_how_sure_they_are_is_compared():
    first = Predictions(
        texts=("cat", ""), spans=np.array([[0, 3], [-1, -1]]), confidence=np.array([0.9, 0.5])
    )
    second = Predictions(
        texts=("cat", "dog"), spans=np.array([[0, 3], [4, 7]]), confidence=np.array([0.8, 0.5])
    )
    assert compare(first, first) == (0.0, 0)
    assert compare(first, second) == (pytest.approx(0.1), 1)


def test_words_may_come_as_lists_where_words_are_tagged(tiny_bert, tmp_path):
    model, rows = fitted(TagContract(), tiny_bert, tmp_path)
    save_model(model, tmp_path / "bundle", columns=rows.columns.text)
    opened = load(tmp_path / "bundle")
    words = [text.split(" ") for text in rows.texts]
    assert opened.predict(words) == opened.predict(rows.texts)
    assert [len(each) for each in opened.predict(words)] == [len(each) for each in words]
    assert opened.predict(pl.DataFrame({"tokens": words})) == opened.predict(rows.texts)


def test_words_may_not_come_as_lists_elsewhere(tiny_bert, tmp_path):
    model, rows = fitted(NumberContract(), tiny_bert, tmp_path, strategy="mean")
    save_model(model, tmp_path / "bundle", columns=rows.columns.text)
    with pytest.raises(DataError, match="row 1 is a list"):
        load(tmp_path / "bundle").predict([["a", "good", "film"]])


def test_predictors_of_old_bundles_open_as_they_were(tmp_path):
    constant = registry.load("predictors", "constant")
    config = {"classes": ["a", "b"], "frequencies": [0.4, 0.6]}
    assert constant.load(tmp_path, config, None).several is False


def test_rankings_that_differ_below_the_first_passage_are_the_same_and_others_are_not():
    scores = np.array([[0.9, 0.5], [0.8, 0.7]])
    first = Predictions(ranked=np.array([[3, 1], [0, 2]]), scores=scores)
    below = Predictions(ranked=np.array([[3, 2], [0, 2]]), scores=scores)
    other = Predictions(ranked=np.array([[1, 3], [0, 2]]), scores=scores)
    assert compare(first, below) == (0.0, 0)
    assert compare(first, other) == (0.0, 1)


def test_a_retrieval_answers_with_passages_and_scores(tiny_bert, tmp_path):
    model, rows = fitted(RankingContract(), tiny_bert, tmp_path)
    save_model(model, tmp_path / "bundle", columns=rows.columns.text)
    opened = load(tmp_path / "bundle")
    answers = opened.predict(rows.texts)
    assert [len(each) for each in answers] == [10] * 12
    assert {passage["passage"] for each in answers for passage in each} <= set(model.task.corpus)
    for each in answers:
        scores = [passage["score"] for passage in each]
        assert scores == sorted(scores, reverse=True)
    assert opened.predict_frame(rows.texts)["prediction"].to_list() == answers
