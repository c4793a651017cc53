"""Which label an answer in words names."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from headstart.core.terms import as_term

if TYPE_CHECKING:
    from collections.abc import Sequence

# Letters, numbers, and the marks that belong to letters.
_KEPT = "LNM"


def read_label(answer: str, labels: Sequence[str]) -> int | None:
    """The place of the one label that an answer names; None where it names none, or several.

    Case, punctuation and blanks don't count. An answer that is a label names it. Any other names the labels
    whose words stand in it as words of their own, longer ones first, so that `not urgent` names no `urgent`.

    Args:
        answer: what was written.
        labels: the words of each label.
    """
    said, known = plain(answer), [plain(each) for each in labels]
    named = {each for each in known if each == said} - {""} or named_within(said, known)
    places = [place for place, each in enumerate(known) if each in named]
    return places[0] if len(places) == 1 else None


def named_within(said: str, known: Sequence[str]) -> set[str]:
    """The words of those labels that stand in an answer, longer ones first.

    Args:
        said: the answer, as `plain` has it.
        known: the words of each label, likewise.
    """
    found = set[str]()
    for each in sorted({*known} - {""}, key=len, reverse=True):
        # What a longer label has taken is no place for a shorter one.
        said, times = re.subn(as_term(each), " \0 ", said)
        found |= {each} if times else set()
    return found


def plain(text: str) -> str:
    """Letters and numbers in their small form, with one blank in place of all that stands between them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (each if unicodedata.category(each)[0] in _KEPT else " " for each in folded)
    return " ".join("".join(kept).split())
