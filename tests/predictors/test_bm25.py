"""BM25 against the formula, written out word by word, and against a score by hand."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.predictors.bm25 import Bm25
from headstart.tasks.retrieval import Retrieval
from tests.contracts.pair_data import retrieval_rows, retrieval_task


def asked(*queries: str) -> Rows:
    return Rows.of(pl.DataFrame({"query": list(queries)}), Columns(text=("query",)))


def by_the_book(query: str, passage: str, corpus: tuple[str, ...], k1: float, b: float) -> float:
    lists = [each.lower().split() for each in corpus]
    mean = sum(map(len, lists)) / len(lists)
    counts, score = Counter(passage.lower().split()), 0.0
    for word in query.lower().split():
        holding = sum(word in each for each in lists)
        idf = math.log(1 + (len(lists) - holding + 0.5) / (holding + 0.5))
        norm = k1 * (1 - b + b * counts.total() / mean)
        score += idf * counts[word] * (k1 + 1) / (counts[word] + norm) if counts[word] else 0.0
    return score


@pytest.mark.parametrize(("k1", "b"), [(1.2, 0.75), (0.9, 0.4), (0.0, 0.0), (2.0, 1.0)])
def test_scores_are_those_of_the_formula(k1, b):
    task, rows = retrieval_task(), retrieval_rows(20, seed=4)
    found = Bm25(task=task, k1=k1, b=b).predict(rows)
    for query, places, scores in zip(rows.texts, found.ranked, found.scores, strict=True):
        expected = np.array([by_the_book(query, each, task.corpus, k1, b) for each in task.corpus])
        held = places[places >= 0]
        np.testing.assert_allclose(scores[: len(held)], expected[held])
        assert len(held) == (expected > 0).sum()
        np.testing.assert_allclose(scores[: len(held)], np.sort(expected)[::-1][: len(held)])


def test_a_score_by_hand():
    task = Retrieval(corpus=("cat cat dog", "bird", "dog fish"))
    found = Bm25(task=task, k1=1.2, b=0.75).predict(asked("cat"))
    # One passage of three holds it twice; the passage has three words and the mean is two.
    expected = math.log(1 + 2.5 / 1.5) * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 1.5))
    assert found.ranked.tolist() == [[0, -1, -1]]
    assert found.scores[0, 0] == pytest.approx(expected)


def test_a_word_in_every_passage_still_counts_a_little_and_unknown_ones_do_not():
    task = Retrieval(corpus=("the cat", "the dog"))
    found = Bm25(task=task, k1=1.2, b=0.75).predict(asked("the", "zebra", ""))
    assert (found.scores[0] > 0).all()
    assert found.ranked[1:].tolist() == [[-1, -1], [-1, -1]]


def test_case_and_punctuation_do_not_part_words():
    task = Retrieval(corpus=("A red CAT!", "a dog"))
    assert Bm25(task=task, k1=1.2, b=0.75).predict(asked("cat?")).ranked[0, 0] == 0


def test_words_are_found_in_scripts_without_spaces_between_them():
    task = Retrieval(corpus=("北京在中国", "猫坐在那里", "दिल्ली भारत में है"))
    found = Bm25(task=task, k1=1.2, b=0.75).predict(asked("中国北京", "猫在哪里", "दिल्ली"))
    assert found.ranked[:, 0].tolist() == [0, 1, 2]


def test_it_serves_another_corpus(tmp_path):
    task = retrieval_task()
    first = Bm25(task=task, k1=1.0, b=0.5)
    grown = replace(task, corpus=(*task.corpus, "zebra"))
    assert first.over(grown).predict(asked("zebra")).answers[0][0]["passage"] == "zebra"
    again = Bm25.load(tmp_path, dict(first.save(tmp_path)), task)
    assert (again.k1, again.b) == (1.0, 0.5)
