"""Right and wrong answers, against the published rules written out here once more."""

from __future__ import annotations

import re
import string
from collections import Counter

import numpy as np
import pytest

from headstart.core.answer_match import exact_match, normalised, word_f1

WORDS = (
    "the",
    "a",
    "An",
    "cat",
    "cats",
    "New York",
    "red-light",
    "U.S.",
    "1,000",
    "Theatre",
    "it's",
    "",
    "?",
)


def _normalize(text: str) -> str:
    lowered = text.lower()
    kept = "".join(sign for sign in lowered if sign not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def _scores(given: str, right: list[str]) -> tuple[float, float]:
    """Exact match and F1 as version 2 of the task defines them."""
    answers = [each for each in right if _normalize(each)] or [""]
    exact = max(int(_normalize(each) == _normalize(given)) for each in answers)
    shares = []
    for each in answers:
        gold, told = _normalize(each).split(), _normalize(given).split()
        same = sum((Counter(gold) & Counter(told)).values())
        if not gold or not told:
            shares.append(float(gold == told))
        elif not same:
            shares.append(0.0)
        else:
            precision, recall = same / len(told), same / len(gold)
            shares.append(2 * precision * recall / (precision + recall))
    return float(exact), max(shares)


@pytest.mark.parametrize("seed", range(20))
def test_both_say_what_the_published_rules_say(seed):
    rng = np.random.default_rng(seed)
    for _ in range(50):
        given, *right = (
            " ".join(rng.choice(WORDS, size=int(rng.integers(0, 4)))) for _ in range(int(rng.integers(1, 5)))
        )
        exact, f1 = _scores(given, right)
        assert exact_match(given, right) == exact
        assert word_f1(given, right) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("given", "right", "exact", "f1"),
    [
        ("the Cat!", ["cat"], 1.0, 1.0),
        ("Denver Broncos", ["The Denver Broncos", "Broncos"], 1.0, 1.0),
        ("a red cat", ["red light", "cat"], 0.0, 2 / 3),
        ("", [], 1.0, 1.0),
        ("cat", [], 0.0, 0.0),
        ("", ["cat"], 0.0, 0.0),
        ("cat cat", ["cat"], 0.0, 2 / 3),
    ],
)
def test_known_pairs(given, right, exact, f1):
    assert exact_match(given, right) == exact
    assert word_f1(given, right) == pytest.approx(f1)


def test_articles_of_another_language_can_be_named_and_none_at_all():
    assert normalised("Die Katze, der Hund", "der die das") == "katze hund"
    assert normalised("The cat", "") == "the cat"
    assert exact_match("die Katze", ["Katze"], "der die das") == 1.0
    assert exact_match("the cat", ["cat"], "der die das") == 0.0
