"""Texts as sparse weights of their n-grams, held to scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from headstart.models import ngrams as module
from headstart.models.ngrams import NgramOptions, Ngrams

TEXTS = [
    "A film I liked, and a film she didn't.",
    "the Film the film THE FILM",
    "broken   screen\nagain; broken!",
    "",
    "x",
    "naïve café, naïve façade",
    "unseen elsewhere entirely",
]
UNSEEN = ["the film was broken again and again", "nothing known here: qqq", ""]


def by_term(terms, matrix):
    """The matrix with its columns in the order of the terms."""
    return matrix.toarray()[:, [terms[term] for term in sorted(terms)]]


def test_words_and_pairs_weigh_what_they_do_in_scikit_learn():
    peer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+").fit(TEXTS)
    ours = Ngrams.fit(TEXTS, NgramOptions(characters=None))
    assert sorted(ours.words) == sorted(peer.vocabulary_)
    for texts in (TEXTS, UNSEEN):
        expected = by_term(peer.vocabulary_, peer.transform(texts))
        np.testing.assert_allclose(by_term(ours.words, ours.transform(texts)), expected, atol=1e-6)


@pytest.mark.parametrize("least_rows", [1, 2])
def test_characters_weigh_what_they_do_in_scikit_learn(least_rows):
    peer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=least_rows)
    peer.fit(TEXTS)
    ours = Ngrams.fit(TEXTS, NgramOptions(least_rows=least_rows))
    assert sorted(ours.characters) == sorted(peer.vocabulary_)
    for texts in (TEXTS, UNSEEN):
        expected = by_term(peer.vocabulary_, peer.transform(texts))
        block = ours.transform(texts)[:, len(ours.words) :]
        np.testing.assert_allclose(by_term(ours.characters, block), expected, atol=1e-6)


def test_chunks_change_nothing(monkeypatch):
    ours = Ngrams.fit(TEXTS, NgramOptions())
    whole = ours.transform(TEXTS).toarray()
    monkeypatch.setattr(module, "CHUNK", 2)
    np.testing.assert_array_equal(ours.transform(TEXTS).toarray(), whole)


def test_the_rarest_terms_go_first_when_they_are_too_many(monkeypatch):
    monkeypatch.setattr(module, "MOST_TERMS", 2)
    ours = Ngrams.fit(["a b", "a b", "a c", "d e"], NgramOptions(pairs=False, characters=None))
    assert sorted(ours.words) == ["a", "b"]


def test_no_texts_give_no_lines():
    ours = Ngrams.fit(TEXTS, NgramOptions())
    assert ours.transform([]).shape == (0, ours.width)


def test_a_text_of_megabytes_costs_no_more_than_its_first_page():
    ours = Ngrams.fit(["word", "other"], NgramOptions())
    known = ours.transform(["word " * (module.MOST_CHARACTERS // 5)])
    longer = ours.transform(["word " * 2_000_000])
    np.testing.assert_allclose(longer.toarray(), known.toarray(), atol=1e-5)
