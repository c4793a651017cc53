"""Words that carry little meaning of their own."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")


@cache
def stop_words(language: str) -> frozenset[str]:
    """The stop words of one of `LANGUAGES`, in small letters."""
    if language == "en":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        return frozenset(ENGLISH_STOP_WORDS)
    lists = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return frozenset(lists[language].split())
