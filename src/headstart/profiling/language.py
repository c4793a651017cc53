"""Which languages texts are in, as far as they show it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNCLEAR = "unclear"
_LEAST_LETTERS = 20
_LEAST_PROBABILITY = 0.8
_LEAST_CLEAR = 0.3
_MAJORITY = 0.7
_MOST_CHARACTERS = 1_000
# Addresses and names of users are in no language.
_FOREIGN = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\S+@\S+|<[^>]*>")


def languages_of(texts: Sequence[str]) -> Mapping[str, float]:
    """Share of texts in each language as ISO 639-1 code, most frequent first.

    A text of fewer than 20 letters, or one whose most probable language is less than 80 % probable, counts as
    `unclear`.
    """
    found = Counter(_language(text) for text in texts)
    return {name: count / len(texts) for name, count in found.most_common()}


def main_language(languages: Mapping[str, float]) -> str | None:
    """The language of most texts, or None when too few texts show theirs or they differ."""
    clear = {name: share for name, share in languages.items() if name != UNCLEAR}
    known = sum(clear.values())
    if known < _LEAST_CLEAR:
        return None
    name, share = max(clear.items(), key=lambda each: each[1])
    return name if share >= _MAJORITY * known else None


def _language(text: str) -> str:
    head = _FOREIGN.sub(" ", text[:_MOST_CHARACTERS])
    if sum(map(str.isalpha, head)) < _LEAST_LETTERS:
        return UNCLEAR
    name, probability = _identifier().classify(head)
    return str(name) if probability >= _LEAST_PROBABILITY else UNCLEAR


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
