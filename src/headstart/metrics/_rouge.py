"""ROUGE: words that a produced text shares with a reference."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.terms import UNSPACED
from headstart.metrics._texts import text_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions

# Scripts that put no spaces between words are told character by character.
_WORD = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W_])+")


def words_of(text: str) -> list[str]:
    """Runs of letters and digits in small letters.

    For texts in ASCII these are the tokens of the package rouge-score, which leaves out all other letters.
    """
    return _WORD.findall(text.lower())


def best_f1(
    gold: Any,
    predictions: Predictions,
    shared: Callable[[Sequence[str], Sequence[str]], tuple[int, int, int]],
) -> Float[ndarray, "rows 1"]:
    """The F1 of each text and the reference to which it is nearest.

    Args:
        gold: `References` of each row.
        predictions: texts of the same rows.
        shared: what the words of a text and of a reference share, and what each of them has.
    """
    lines = list[float]()
    for text, references in text_pairs(gold, predictions):
        said = words_of(text)
        lines.append(max(_f1(*shared(said, words_of(each))) for each in references))
    return np.asarray(lines, dtype=np.float64).reshape(-1, 1)


def shared_ngrams(said: Sequence[str], true: Sequence[str], *, size: int) -> tuple[int, int, int]:
    """N-grams that two lists of words share, and those that each of them has (Lin 2004, section 2)."""
    first, second = (
        Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1)) for words in (said, true)
    )
    return (first & second).total(), first.total(), second.total()


def shared_in_order(said: Sequence[str], true: Sequence[str]) -> tuple[int, int, int]:
    """Length of the longest common subsequence of two lists of words, and their own (Lin 2004, section 3).

    Bits of one number tell a whole line of the table at once (Hyyrö 2004, algorithm for the length of the
    longest common subsequence).
    """
    places = dict[str, int]()
    for at, word in enumerate(true):
        places[word] = places.get(word, 0) | 1 << at
    every = (1 << len(true)) - 1
    line = every
    for word in said:
        matched = line & places.get(word, 0)
        line = ((line + matched) | (line - matched)) & every
    return len(true) - line.bit_count(), len(said), len(true)


def mean(stats: Float[ndarray, "rows 1"]) -> float:
    """The mean over rows; not-a-number without any."""
    return float(stats.mean()) if len(stats) else float("nan")


def _f1(shared: int, said: int, true: int) -> float:
    return 2.0 * shared / (said + true) if shared else 0.0
