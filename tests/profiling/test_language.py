"""Languages are told where texts show them, and `unclear` where they do not."""

from __future__ import annotations

import pytest

from headstart.profiling.language import languages_of, main_language

ENGLISH = "I have been waiting for my parcel for two weeks and nobody answers."
GERMAN = "Ich warte seit zwei Wochen auf mein Paket und niemand antwortet mir."
FRENCH = "J'attends mon colis depuis deux semaines et personne ne me répond."


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de"), (FRENCH, "fr")])
def test_languages_of_sentences(text: str, language: str) -> None:
    assert languages_of([text]) == {language: 1.0}


@pytest.mark.parametrize(
    "text", ["", "ok", "12345 67890 12345 67890 12345", "@someone https://example.org/ein/langer/pfad"]
)
def test_short_texts_are_unclear(text: str) -> None:
    assert languages_of([text]) == {"unclear": 1.0}


def test_the_main_language_needs_a_majority_of_what_is_clear() -> None:
    assert main_language(languages_of([ENGLISH] * 9 + [GERMAN] + ["ok"] * 10)) == "en"
    assert main_language(languages_of([ENGLISH] * 5 + [GERMAN] * 5)) is None
    assert main_language(languages_of([ENGLISH] + ["ok"] * 9)) is None
    assert main_language({"unclear": 1.0}) is None
