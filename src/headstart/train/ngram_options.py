"""Which n-grams a linear text model counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from headstart.models.lexicon import read_lexicon
from headstart.models.ngrams import NgramOptions
from headstart.models.stop_words import stop_words

if TYPE_CHECKING:
    from collections.abc import Sequence

# Character n-grams of more text than this cost more time than they are worth.
MOST_CHARACTERS = 10_000_000
CHOICES = ("auto", "yes", "no")


def ngram_options(
    texts: Sequence[str],
    *,
    pairs: bool = True,
    characters: str = "auto",
    language: str = "none",
    lexicon: str = "",
) -> NgramOptions:
    """What is counted of these texts.

    Args:
        texts: the training texts.
        pairs: whether two words in a row are counted too.
        characters: whether character n-grams are; `auto` leaves them out of very much text.
        language: language whose stop words are left out, or `none`.
        lexicon: CSV file of word,weight, or nothing.
    """
    few = sum(map(len, texts)) <= MOST_CHARACTERS
    counted = characters == "yes" or (characters == "auto" and few)
    return NgramOptions(
        pairs=pairs,
        characters=(2, 5) if counted else None,
        stop_words=frozenset() if language == "none" else stop_words(language),
        lexicon=read_lexicon(Path(lexicon)) if lexicon else {},
    )
