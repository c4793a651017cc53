"""Texts as sparse weights of their word and character n-grams."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from headstart.core.words import words_of
from headstart.models.lexicon import lexicon_scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jaxtyping import Float
    from numpy import ndarray

# A single text of megabytes would otherwise cost as much as all the others together.
MOST_CHARACTERS = 50_000
CHUNK = 2_000
MOST_TERMS = 300_000


@dataclass(frozen=True, kw_only=True)
class NgramOptions:
    """What is counted in a text.

    Args:
        pairs: whether two words in a row are counted beside single words.
        characters: shortest and longest character n-gram within words, or None for none.
        stop_words: words that are not counted; character n-grams keep them.
        lexicon: weight of each word of a list that knows more than the training rows.
        least_rows: rows in which a character n-gram must stand to be counted.
    """

    pairs: bool = True
    characters: tuple[int, int] | None = (2, 5)
    stop_words: frozenset[str] = frozenset()
    lexicon: Mapping[str, float] = field(default_factory=dict)
    least_rows: int = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Ngrams:
    """A fitted vocabulary.

    The weight of a term is (1 + log of its count) x (1 + log of (1 + rows) / (1 + rows that have
    it)), scaled to unit length over words and over character n-grams apart (Manning, Raghavan and
    Schuetze 2008, sections 6.2 and 6.4).

    Args:
        options: what is counted.
        words: column of each word and word pair.
        characters: column of each character n-gram, counted from 0.
        word_weights: inverse document frequency of each word column.
        character_weights: the same of each character column.
    """

    options: NgramOptions
    words: Mapping[str, int]
    characters: Mapping[str, int]
    word_weights: Float[ndarray, " words"]
    character_weights: Float[ndarray, " characters"]

    @classmethod
    def fit(cls, texts: Sequence[str], options: NgramOptions) -> Ngrams:
        """The vocabulary of these texts, terms in order; the rarest are left out where they are too many."""
        words, word_weights = _learn(texts, _WordTerms(options), least_rows=1)
        characters: dict[str, int] = {}
        character_weights = np.zeros(0, dtype=np.float32)
        if options.characters:
            characters, character_weights = _learn(
                texts, _CharacterTerms(options.characters), least_rows=min(options.least_rows, len(texts))
            )
        return cls(
            options=options,
            words=words,
            characters=characters,
            word_weights=word_weights,
            character_weights=character_weights,
        )

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.words) + len(self.characters) + (2 if self.options.lexicon else 0)

    def transform(self, texts: Sequence[str]) -> sparse.csr_array:
        """One line of `width` weights per text."""
        chunks = [self._block(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK)]
        none = sparse.csr_array((0, self.width), dtype=np.float32)
        return sparse.csr_array(sparse.vstack([none, *chunks], format="csr"))

    def _block(self, texts: Sequence[str]) -> sparse.csr_array:
        blocks = [_weigh(_count(texts, _WordTerms(self.options), self.words), self.word_weights)]
        if self.options.characters:
            counts = _count(texts, _CharacterTerms(self.options.characters), self.characters)
            blocks.append(_weigh(counts, self.character_weights))
        if self.options.lexicon:
            blocks.append(sparse.csr_array(lexicon_scores(map(tokens_of, texts), self.options.lexicon)))
        return sparse.csr_array(sparse.hstack(blocks, format="csr"))


@dataclass(frozen=True)
class _WordTerms:
    options: NgramOptions

    def __call__(self, text: str) -> Iterable[Sequence[str]]:
        stopped = self.options.stop_words
        tokens = [token for token in tokens_of(text) if token not in stopped]
        yield tokens
        if self.options.pairs:
            yield [f"{first} {second}" for first, second in pairwise(tokens)]


@dataclass(frozen=True)
class _CharacterTerms:
    """N-grams within a word and the blanks around it; those of a word are worked out once."""

    lengths: tuple[int, int]
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __call__(self, text: str) -> Iterable[Sequence[str]]:
        for word in _clipped(text).split():
            found = self.known.get(word)
            if found is None:
                found = self.known[word] = tuple(self._of_word(f" {word} "))
            yield found

    def _of_word(self, padded: str) -> Iterator[str]:
        shortest, longest = self.lengths
        for length in range(shortest, longest + 1):
            if length >= len(padded):
                yield padded
                return
            yield from (padded[start : start + length] for start in range(len(padded) - length + 1))


def _clipped(text: str) -> str:
    return text[:MOST_CHARACTERS].lower()


def tokens_of(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return words_of(_clipped(text))


def _learn(
    texts: Sequence[str], terms: _WordTerms | _CharacterTerms, *, least_rows: int
) -> tuple[dict[str, int], Float[ndarray, " terms"]]:
    """Column and inverse document frequency of each term that stands in enough rows."""
    rows_with: defaultdict[str, int] = defaultdict(int)
    for text in texts:
        for term in set(chain.from_iterable(terms(text))):
            rows_with[term] += 1
    kept = [term for term, rows in rows_with.items() if rows >= least_rows]
    kept = sorted(sorted(kept, key=lambda term: (-rows_with[term], term))[:MOST_TERMS])
    rows = np.array([rows_with[term] for term in kept], dtype=np.float64)
    weights = np.log((1.0 + len(texts)) / (1.0 + rows)) + 1.0
    return {term: column for column, term in enumerate(kept)}, weights.astype(np.float32)


def _count(
    texts: Sequence[str], terms: _WordTerms | _CharacterTerms, columns: Mapping[str, int]
) -> sparse.csr_array:
    found, ends = array("q"), [0]
    for text in texts:
        found.extend(columns[term] for term in chain.from_iterable(terms(text)) if term in columns)
        ends.append(len(found))
    indices = np.frombuffer(found, dtype=np.int64) if len(found) else np.zeros(0, dtype=np.int64)
    shape = (len(texts), len(columns))
    counts = sparse.csr_array((np.ones(len(indices), dtype=np.float32), indices, ends), shape=shape)
    counts.sum_duplicates()
    return counts


def _weigh(counts: sparse.csr_array, weights: Float[ndarray, " terms"]) -> sparse.csr_array:
    weighed = counts.copy()
    weighed.data = (1.0 + np.log(counts.data)) * weights[counts.indices]
    lengths = np.sqrt(weighed.power(2).sum(axis=1))
    weighed.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(weighed.indptr)).astype(np.float32)
    return weighed
