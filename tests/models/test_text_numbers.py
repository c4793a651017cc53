"""A text as numbers: principal components as scikit-learn finds them, and means over windows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.decomposition import PCA

from headstart.core.linear_fit import LinearFit
from headstart.models.text_numbers import TextNumbers


@pytest.fixture
def vectors() -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(50, 8)) * np.arange(1, 9)).astype(np.float32)


def fit(outputs: int = 3) -> LinearFit:
    rng = np.random.default_rng(1)
    return LinearFit(weight=rng.normal(size=(outputs, 8)), bias=rng.normal(size=outputs), strength=1.0)


def test_components_are_those_of_scikit_learn_but_for_their_sign(vectors):
    numbers = TextNumbers.of(vectors, fit(), components=4, one_class=True)
    expected = PCA(n_components=4).fit_transform(vectors.astype(np.float64))
    found = numbers.table(vectors, np.arange(50))[:, 3:]
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-3)


def test_classes_are_log_probabilities_and_other_outputs_are_plain(vectors):
    made = fit()
    plain = vectors @ made.weight.T.astype(np.float32) + made.bias.astype(np.float32)
    classes = TextNumbers.of(vectors, made, components=0, one_class=True)
    others = TextNumbers.of(vectors, made, components=0, one_class=False)
    np.testing.assert_allclose(classes.table(vectors, np.arange(50)), log_softmax(plain, axis=1), atol=1e-4)
    np.testing.assert_allclose(others.table(vectors, np.arange(50)), plain, atol=1e-4)


def test_windows_of_a_row_are_averaged(vectors):
    numbers = TextNumbers.of(vectors, fit(), components=2, one_class=False)
    owners = np.array([0, 0, 1, 2, 2, 2])
    each = numbers.table(vectors[:6], np.arange(6))
    expected = [each[:2].mean(axis=0), each[2], each[3:].mean(axis=0)]
    np.testing.assert_allclose(numbers.table(vectors[:6], owners), expected, atol=1e-6)


def test_there_are_no_more_components_than_the_texts_have(vectors):
    assert TextNumbers.of(vectors[:4], fit(), components=16, one_class=True).axes.shape == (3, 8)
    assert TextNumbers.of(vectors, fit(), components=16, one_class=True).axes.shape == (8, 8)


def test_what_unseen_layers_say_takes_the_place_of_outputs(vectors):
    numbers = TextNumbers.of(vectors, fit(), components=0, one_class=True)
    told = np.zeros((50, 3), dtype=np.float32)
    np.testing.assert_array_equal(numbers.table(vectors, np.arange(50), outputs=told), told)
