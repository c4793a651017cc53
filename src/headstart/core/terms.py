"""Terms within texts."""

from __future__ import annotations

import re

# Thai and Lao, kana and Han: scripts that put no spaces between words.
UNSPACED = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_SPACED = re.compile(rf"(?![{UNSPACED}])\w")


def holds(text: str, term: str) -> bool:
    """Whether a text holds a term as words of their own, whatever the case and the blanks between them.

    In scripts without spaces between words, and beside marks, a term has no edges to look for.
    """
    return bool(term.split()) and re.search(as_term(term), text, flags=re.IGNORECASE) is not None


def as_term(term: str) -> str:
    """The pattern of a term of one word or more as words of their own, whatever the blanks between them."""
    words, dense = [re.escape(each) for each in term.split()], term.strip()
    before = r"(?<!\w)" if _SPACED.match(dense[0]) else ""
    after = r"(?!\w)" if _SPACED.match(dense[-1]) else ""
    return before + r"\s+".join(words) + after
