"""Words that carry little meaning of their own."""

from __future__ import annotations

import pytest

from headstart.models.stop_words import LANGUAGES, stop_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_list_in_small_letters(language):
    words = stop_words(language)
    assert len(words) > 50
    assert all(word == word.lower() and word.isalpha() for word in words)


@pytest.mark.parametrize(("language", "word"), [("de", "und"), ("en", "the"), ("fr", "les"), ("pt", "não")])
def test_knows_the_commonest(language, word):
    assert word in stop_words(language)
