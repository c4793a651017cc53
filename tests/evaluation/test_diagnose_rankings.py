"""Where right passages stand, and the queries that miss theirs."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.evaluation.diagnose import diagnose
from tests.contracts.pair_data import gold_of, ranked

CORPUS = tuple(f"passage {place}" for place in range(12))


def asked(count: int) -> Rows:
    frame = pl.DataFrame({"query": [f"query {row}" for row in range(count)]})
    return Rows.of(frame, Columns(text=("query",)))


def test_depths_and_missed_queries():
    gold = gold_of([0], [1, 2], [9], [11])
    orders = ranked([0, 5, 6], [5, 2, 1], [3, 4, 9], [7, 8, 6])
    found = diagnose(asked(4), gold, replace(orders, passages=CORPUS)).rankings
    assert found.corpus == 12
    assert [(each.depth, each.rows, each.share) for each in found.depths] == [(1, 1, 0.25), (3, 3, 0.75)]
    assert [(each.number, each.rank) for each in found.missed] == [(4, None), (3, 3), (2, 2)]
    assert [each.wanted for each in found.missed] == ["passage 11", "passage 9", "passage 2"]
    assert [each.found for each in found.missed] == ["passage 7", "passage 3", "passage 5"]
    assert found.missed[0].text == "query 3"


def test_a_query_for_which_nothing_was_found_is_missed():
    found = diagnose(asked(1), gold_of([4]), replace(ranked([-1, -1, -1]), passages=CORPUS)).rankings
    assert [(each.wanted, each.found, each.rank) for each in found.missed] == [("passage 4", "", None)]


def test_without_the_corpus_there_are_places_and_no_texts():
    found = diagnose(asked(2), gold_of([4], [0]), ranked([0, 4], [0, 1])).rankings
    assert [(each.rank, each.wanted) for each in found.missed] == [(2, "")]


@pytest.mark.parametrize("depth", [1, 100])
def test_only_depths_that_were_ranked_are_told(depth):
    found = diagnose(asked(1), gold_of([0]), ranked(list(range(depth)))).rankings
    assert found.depths[-1].depth == depth
    assert found.missed == ()
