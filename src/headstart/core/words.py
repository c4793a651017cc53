"""Texts that come as words, and words of texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEPARATOR, _WITHIN = " ", "\N{NO-BREAK SPACE}"
_WORD = re.compile(r"\w+|[^\w\s]")


def join_words(words: Iterable[str]) -> str:
    """One text from which `spans_of_joined` finds the same words; spaces within a word become hard ones."""
    return _SEPARATOR.join(word.replace(_SEPARATOR, _WITHIN) for word in words)


def spans_of_joined(text: str) -> list[tuple[int, int]]:
    """Where each word of a joined text starts and ends; none of a text without any."""
    if not text:
        return []
    spans, start = list[tuple[int, int]](), 0
    for word in text.split(_SEPARATOR):
        spans.append((start, start + len(word)))
        start += len(word) + len(_SEPARATOR)
    return spans


def spans_of_words(text: str) -> list[tuple[int, int]]:
    """Where the words of a running text start and end; each mark of punctuation is one."""
    return [match.span() for match in _WORD.finditer(text)]
