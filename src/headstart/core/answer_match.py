"""Whether an answer is the right one, by the rules of SQuAD."""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Left out of English answers before they are compared.
ARTICLES = "a an the"
_MARKS = str.maketrans("", "", string.punctuation)


def normalised(text: str, articles: str = ARTICLES) -> str:
    """An answer in small letters without punctuation and articles, with one space between words.

    Rajpurkar et al. 2016, section 6.1, as their evaluation script has it: punctuation is that of ASCII, and
    falls away before articles do.

    Args:
        text: the answer.
        articles: words to leave out, with spaces between; empty for none.
    """
    plain = text.lower().translate(_MARKS)
    if words := articles.lower().split():
        plain = re.sub(rf"\b({'|'.join(map(re.escape, words))})\b", " ", plain)
    return " ".join(plain.split())


def exact_match(given: str, right: Sequence[str], articles: str = ARTICLES) -> float:
    """1 where an answer equals one of the right ones but for what is normalised, else 0.

    Args:
        given: the answer; empty for none.
        right: the right ones; none where none is right.
        articles: words to leave out.
    """
    mine = normalised(given, articles)
    return float(any(mine == each for each in _normalised(right, articles)))


def word_f1(given: str, right: Sequence[str], articles: str = ARTICLES) -> float:
    """F1 of the words of an answer beside those of the right one that it is most like.

    No answer is right only where none is (Rajpurkar et al. 2018, section 4.3).

    Args:
        given: the answer; empty for none.
        right: the right ones; none where none is right.
        articles: words to leave out.
    """
    mine = normalised(given, articles).split()
    return max(_f1(mine, each.split()) for each in _normalised(right, articles))


def _normalised(right: Sequence[str], articles: str) -> list[str]:
    """The right answers that have a word left; the empty one where there are none."""
    return [each for each in (normalised(one, articles) for one in right) if each] or [""]


def _f1(given: list[str], right: list[str]) -> float:
    if not given or not right:
        return float(given == right)
    common = sum((Counter(given) & Counter(right)).values())
    return 2.0 * common / (len(given) + len(right))
