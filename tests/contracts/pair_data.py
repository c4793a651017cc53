"""Small data with texts that are compared, written for these tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.tasks._passages import as_text
from headstart.tasks.retrieval import Retrieval
from headstart.tasks.similarity import Similarity
from tests.contracts.metric_contract import MetricContract

WORDS = (
    "cat",
    "mat",
    "moon",
    "invoice",
    "paid",
    "screen",
    "broken",
    "light",
    "red",
    "film",
    "bad",
    "end",
    "send",
    "looked",
    "please",
    "good",
)
FILLERS = ("the", "a", "is", "my", "was", "it", "and", "on", "with", "at")
CORPUS = 40


def similarity_rows(rows: int, *, seed: int = 0) -> Rows:
    """Two texts whose score is the number of words that they share, from 0 to 4."""
    rng = np.random.default_rng(seed)
    first, second, scores = list[str](), list[str](), list[str]()
    for _ in range(rows):
        words, shared = rng.permutation(WORDS), int(rng.integers(0, 5))
        first.append(_with_fillers(words[:4], rng))
        second.append(_with_fillers(words[4 - shared : 8 - shared], rng))
        scores.append(str(shared + round(float(rng.normal(scale=0.1)), 3)))
    frame = pl.DataFrame({"one": first, "other": second, "score": scores})
    return Rows.of(frame, Columns(text=("one", "other"), target="score"))


def similarity_task(rows: Rows) -> Similarity:
    """The task that these rows state."""
    return Similarity.infer(rows)


def passages() -> tuple[str, ...]:
    """Passages of four words each, in no two of them the same ones."""
    rng, found = np.random.default_rng(7), dict[frozenset[str], str]()
    while len(found) < CORPUS:
        words = rng.choice(WORDS, size=4, replace=False)
        found.setdefault(frozenset(map(str, words)), _with_fillers(words, rng))
    return tuple(sorted(found.values()))


def retrieval_rows(rows: int, *, seed: int = 0) -> Rows:
    """Queries of three words of their passage; every third row names a wrong passage too."""
    rng, corpus = np.random.default_rng(seed), passages()
    queries, targets = list[str](), list[str]()
    for row in range(rows):
        right, wrong = rng.choice(len(corpus), size=2, replace=False)
        words = [each for each in corpus[right].split() if each in WORDS]
        queries.append(_with_fillers(rng.permutation(words)[:3], rng))
        targets.append(as_text([corpus[right]], [corpus[wrong]] if row % 3 == 0 else []))
    frame = pl.DataFrame({"query": queries, "positive+negative": targets})
    return Rows.of(frame, Columns(text=("query",), target="positive+negative"))


def retrieval_task() -> Retrieval:
    """The task over all passages."""
    return Retrieval(corpus=passages())


def gold_of(*places: list[int]) -> Any:
    """Right passages in the form that metrics read."""
    found = np.empty(len(places), dtype=object)
    found[:] = [np.asarray(each, dtype=np.int64) for each in places]
    return found


def ranked(*places: list[int]) -> Predictions:
    """Rankings of these passages, padded to one depth."""
    depth = max(map(len, places))
    lines = np.array([each + [-1] * (depth - len(each)) for each in places], dtype=np.int64)
    return Predictions(ranked=lines, scores=-np.arange(lines.size, dtype=np.float64).reshape(lines.shape))


class RankingMetricContract(MetricContract):
    """What a metric of rankings promises."""

    def sample(self):
        rng = np.random.default_rng(0)
        gold = [rng.choice(400, size=int(rng.integers(1, 4)), replace=False).tolist() for _ in range(60)]
        orders = [self._near(each, rng) for each in gold]
        return gold_of(*gold), ranked(*orders)

    def perfect(self, gold):
        others = [[each for each in range(400) if each not in right] for right in gold]
        return ranked(*[[*right.tolist(), *rest][:100] for right, rest in zip(gold, others, strict=True)])

    def bare(self):
        return gold_of([0], [1]), Predictions()

    def _near(self, right: list[int], rng: np.random.Generator) -> list[int]:
        """An order in which right passages stand higher than by chance."""
        noise = rng.normal(size=400)
        noise[right] += 1.5
        return np.argsort(-noise).tolist()[:100]


def _with_fillers(words: Any, rng: np.random.Generator) -> str:
    return " ".join(map(str, rng.permutation([*words, *rng.choice(FILLERS, size=3)])))
