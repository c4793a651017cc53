"""Passages ranked by the words that they share with a query."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
from scipy import sparse

from headstart.core.predictions import Predictions
from headstart.models.best_places import best_places
from headstart.models.ngrams import tokens_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.corpus_task import CorpusTask
    from headstart.core.rows import Rows
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True, eq=False)
class Bm25:
    """Okapi BM25: rare words count more, repeated ones less and less, and long passages are no better.

    Robertson and Zaragoza 2009, section 3.4: a word that stands f times in a passage of length l, the mean
    length being m, counts idf x f (k1 + 1) / (f + k1 (1 - b + b l / m)). The idf is the weight of Robertson
    and Sparck Jones without relevance information (ibid., section 3.1) in the form of Lucene, which is
    never below 0: log(1 + (N - n + 0.5) / (n + 0.5)) (Kamphuis et al. 2020, table 1).

    Args:
        task: knows the corpus.
        k1: how soon a repeated word counts no more.
        b: how much the length of a passage counts.
    """

    task: CorpusTask
    k1: float
    b: float

    def predict(self, rows: Rows) -> Predictions:
        """The best passages of each row; those that share no word with it are not ranked."""
        queries = _counted(rows.texts, self._words)
        ranked, scores = best_places(
            lambda some: (queries[some] @ self._weights.T).toarray(),
            len(rows),
            len(self.task.corpus),
            least=0.0,
        )
        return Predictions(ranked=ranked, scores=scores, passages=self.task.corpus)

    def over(self, task: CorpusTask) -> Self:
        """The same over the corpus of another task."""
        return type(self)(task=task, k1=self.k1, b=self.b)

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Needs no file: the task holds the corpus, from which the index is made."""
        return {"k1": self.k1, "b": self.b}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` described."""
        return cls(task=cast("CorpusTask", task), k1=float(config["k1"]), b=float(config["b"]))

    @cached_property
    def _tokens(self) -> list[list[str]]:
        return [tokens_of(each) for each in self.task.corpus]

    @cached_property
    def _words(self) -> dict[str, int]:
        known = sorted({word for tokens in self._tokens for word in tokens})
        return {word: column for column, word in enumerate(known)}

    @cached_property
    def _weights(self) -> sparse.csr_array:
        """What each word of each passage counts."""
        counts = _counted(self.task.corpus, self._words, self._tokens)
        weighed = counts.copy()
        weighed.data = self._saturated(counts) * self._idf(counts)[counts.indices]
        return weighed

    def _saturated(self, counts: sparse.csr_array) -> Float[ndarray, " entries"]:
        lengths = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
        relative = lengths / max(float(lengths.mean()), 1e-12) if len(lengths) else lengths
        lasting = np.repeat(self.k1 * (1.0 - self.b + self.b * relative), np.diff(counts.indptr))
        return np.asarray(counts.data * (self.k1 + 1.0) / (counts.data + lasting))

    def _idf(self, counts: sparse.csr_array) -> Float[ndarray, " words"]:
        holding = np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.float64)
        return np.asarray(np.log1p((counts.shape[0] - holding + 0.5) / (holding + 0.5)))


def _counted(
    texts: Sequence[str], words: Mapping[str, int], tokens: Sequence[Sequence[str]] | None = None
) -> sparse.csr_array:
    """How often each known word stands in each text."""
    columns, counts, ends = list[int](), list[float](), [0]
    for each in tokens if tokens is not None else map(tokens_of, texts):
        seen = Counter(words[word] for word in each if word in words)
        columns += seen.keys()
        counts += map(float, seen.values())
        ends.append(len(columns))
    shape = (len(ends) - 1, len(words))
    return sparse.csr_array((np.asarray(counts, dtype=np.float64), columns, ends), shape=shape)
