"""Texts that come as words, and words of texts."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from headstart.core.terms import UNSPACED
from headstart.core.unpacked import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEPARATOR, _WITHIN = " ", "\N{NO-BREAK SPACE}"
# Accents, signs of vowels, joiners and marks of direction belong to the character before them.
_BELONGING, _PARTING = frozenset(("Mn", "Mc", "Me", "Cf")), "\N{ZERO WIDTH SPACE}"
_MAY_BELONG = re.compile(r"(?<=\S)[^\w\s\x00-\x7f]+")
# What stands for all that belongs to a letter, and to any other character.
_LETTER, _MARK = "\N{MODIFIER LETTER APOSTROPHE}", "\N{COMBINING GRAVE ACCENT}"
_WORD = re.compile(rf"[{UNSPACED}]{_LETTER}*|[^\W{UNSPACED}]+")
_WORD_OR_SIGN = re.compile(rf"({_WORD.pattern})|[^\w\s]{_MARK}*")


def join_words(words: Iterable[str]) -> str:
    """One text from which `spans_of_joined` finds the same words; spaces within a word become hard ones."""
    return _SEPARATOR.join(word.replace(_SEPARATOR, _WITHIN) for word in words)


def joined_cell(cell: Any) -> Any:
    """The text of a cell that holds words, as a list, an array or the JSON of a list; any other as it is."""
    found = unpacked(cell.tolist() if hasattr(cell, "tolist") else cell)
    if isinstance(found, list | tuple) and all(each is None or isinstance(each, str) for each in found):
        return join_words(each or "" for each in found)
    return cell


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
    """Where the words of a running text start and end; each mark of punctuation is one.

    In scripts that put no spaces between words, so is each character. What belongs to a character, such as
    an accent or the sign of a vowel, is part of its word.
    """
    return [found.span() for found in _WORD_OR_SIGN.finditer(marks_as_letters(text))]


def words_of(text: str) -> list[str]:
    """The words that `spans_of_words` finds, without marks of punctuation."""
    plain = marks_as_letters(text)
    if plain == text:
        return _WORD.findall(text)
    return [text[found.start() : found.end()] for found in _WORD_OR_SIGN.finditer(plain) if found[1]]


def marks_as_letters(text: str) -> str:
    r"""A text of the same length in which what belongs to a letter is one, so that `\w` knows it."""
    return text if text.isascii() else _MAY_BELONG.sub(_alike, text)


def _alike(found: re.Match[str]) -> str:
    """What stands after a character, each mark that belongs to it told as one."""
    kept, stand_in = "", _LETTER if re.match(r"\w", found.string[found.start() - 1]) else _MARK
    for each in found[0]:
        belongs = unicodedata.category(each) in _BELONGING and each != _PARTING
        kept, stand_in = kept + (stand_in if belongs else each), stand_in if belongs else _MARK
    return kept
