"""The estimator keeps scikit-learn's promises, for texts."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import strip_accents_ascii
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from headstart import TransferClassifier
from headstart.errors import BaseError, SettingError, UnknownName

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = "the check fits rows of numbers, and this estimator reads texts"
WORDS = {"joy": ["happy", "glad", "merry", "bright"], "grief": ["sad", "gloomy", "bitter", "dark"]}


def sentences(rows: int, seed: int) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(seed)
    labels = [str(label) for label in rng.permutation(["joy", "grief"] * (rows // 2))]
    texts = [
        f"a {rng.choice(WORDS[label])} day with a {rng.choice(WORDS[label])} song {n}"
        for n, label in enumerate(labels)
    ]
    return texts, labels


@pytest.fixture
def classifier(tiny_bert: Path) -> TransferClassifier:
    return TransferClassifier(base=str(tiny_bert))


FIT_ON_NUMBERS = [
    "check_fit_score_takes_y",
    "check_estimators_overwrite_params",
    "check_dont_overwrite_parameters",
    "check_estimators_fit_returns_self",
    "check_readonly_memmap_input",
    "check_n_features_in_after_fitting",
    "check_positive_only_tag_during_fit",
    "check_estimators_dtypes",
    "check_dtype_object",
    "check_estimators_empty_data_messages",
    "check_pipeline_consistency",
    "check_estimators_nan_inf",
    "check_estimator_sparse_array",
    "check_estimators_pickle",
    "check_array_api_input",
    "check_f_contiguous_array_estimator",
    "check_classifier_data_not_an_array",
    "check_classifiers_one_label",
    "check_classifiers_classes",
    "check_classifiers_train",
    "check_supervised_y_2d",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
    "check_fit2d_1sample",
    "check_fit2d_1feature",
    "check_dict_unchanged",
    "check_fit_idempotent",
    "check_fit_check_is_fitted",
    "check_n_features_in",
    "check_fit2d_predict1d",
]


def fit_on_numbers(estimator: Any) -> dict[str, str]:
    return dict.fromkeys(FIT_ON_NUMBERS, NUMBERS)


@parametrize_with_checks([TransferClassifier()], expected_failed_checks=fit_on_numbers)
def test_scikit_learns_own_checks(estimator: Any, check: Any) -> None:
    check(estimator)


def test_it_learns_and_knows_its_classes(classifier: TransferClassifier) -> None:
    texts, labels = sentences(120, seed=0)
    again, gold = sentences(60, seed=1)
    fitted = classifier.fit(texts, labels)
    assert fitted is classifier
    assert list(classifier.classes_) == ["grief", "joy"]
    probabilities = classifier.predict_proba(again)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert list(classifier.predict(again)) == list(classifier.classes_[probabilities.argmax(axis=1)])
    assert classifier.score(again, gold) > 0.8


@pytest.mark.parametrize("kind", ["list", "array", "object array", "series", "frame", "column"])
def test_texts_come_in_many_shapes(classifier: TransferClassifier, kind: str) -> None:
    texts, labels = sentences(40, seed=0)
    shapes: dict[str, Any] = {
        "list": texts,
        "array": np.array(texts),
        "object array": np.array(texts, dtype=object),
        "series": pd.Series(texts, index=range(100, 140)),
        "frame": pd.DataFrame({"text": texts}),
        "column": np.array(texts)[:, None],
    }
    expected = clone(classifier).fit(texts, labels).predict_proba(texts)
    found = classifier.fit(shapes[kind], labels).predict_proba(shapes[kind])
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("labels", [[3, 7], [True, False], [-1, 1]])
def test_labels_keep_their_type(classifier: TransferClassifier, labels: list[Any]) -> None:
    texts, words = sentences(40, seed=0)
    given = np.array([labels[word == "joy"] for word in words])
    predicted = classifier.fit(texts, given).predict(texts)
    assert predicted.dtype == given.dtype
    assert set(predicted) <= set(given)


def test_it_works_in_cross_validation_grid_search_and_a_pipeline(classifier: TransferClassifier) -> None:
    texts, labels = sentences(60, seed=0)
    scores = cross_val_score(classifier, texts, labels, cv=3)
    assert scores.shape == (3,)
    assert scores.mean() > 0.7
    search = GridSearchCV(classifier, {"strategy": ["probe", "tfidf"]}, cv=2).fit(texts, labels)
    assert search.best_params_["strategy"] in ("probe", "tfidf")
    cleaner = FunctionTransformer(lambda rows: [strip_accents_ascii(row) for row in rows])
    pipeline = make_pipeline(cleaner, classifier).fit(texts, labels)
    assert pipeline.score(texts, labels) > 0.8


def test_a_copy_through_pickle_predicts_the_same(classifier: TransferClassifier) -> None:
    texts, labels = sentences(40, seed=0)
    classifier.fit(texts, labels)
    again = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(again.predict_proba(texts), classifier.predict_proba(texts))


def test_the_same_seed_gives_the_same_model(classifier: TransferClassifier) -> None:
    texts, labels = sentences(40, seed=0)
    one = clone(classifier).fit(texts, labels).predict_proba(texts)
    two = clone(classifier).fit(texts, labels).predict_proba(texts)
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("texts", "labels", "words"),
    [
        ([], [], "no texts"),
        (["a", "b"], ["x"], "2 texts and 1 labels"),
        (["a", "b"], ["x", "x"], "one class"),
        (["a", None], ["x", "y"], "row 1"),
        ([["a", "b"], ["c", "d"]], ["x", "y"], "one text a row"),
        ("a text", ["x"], "list of texts"),
    ],
)
def test_wrong_input_is_a_value_error(
    classifier: TransferClassifier, texts: Any, labels: list[str], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        classifier.fit(texts, labels)


def test_unknown_names_are_answered(tiny_bert: Path) -> None:
    texts, labels = sentences(20, seed=0)
    with pytest.raises(UnknownName, match="did you mean 'probe'"):
        TransferClassifier(base=str(tiny_bert), strategy="prob").fit(texts, labels)
    with pytest.raises(SettingError, match="has no parameter"):
        TransferClassifier(base=str(tiny_bert), params={"depth": 3}).fit(texts, labels)
    with pytest.raises(BaseError):
        TransferClassifier(base=str(tiny_bert / "nowhere")).fit(texts, labels)
