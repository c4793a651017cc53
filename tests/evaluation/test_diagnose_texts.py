"""Where produced texts are far from what they should be."""

from __future__ import annotations

import polars as pl
import pytest

from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.evaluation.diagnose import diagnose
from tests.contracts.text_data import gold_of, texts_told

SOURCES = ["one", "one two", "one two three", "one two three four", "five words are in here"] * 4
TRUE = [(f"number {at} of many", f"the {at}th of many") for at in range(20)]


def rows_of(sources: list[str]) -> Rows:
    return Rows.of(pl.DataFrame({"source": sources}), Columns(text=("source",)))


def test_right_and_empty_texts_are_counted_and_likeness_told_by_quartile():
    produced = [each[1] for each in TRUE[:10]] + [""] * 10
    found = diagnose(rows_of(SOURCES), gold_of(*TRUE), texts_told(*produced)).texts
    assert (found.exact, found.empty) == (10, 10)
    assert found.quartiles == pytest.approx((0.0, 50.0, 100.0))
    assert found.length == pytest.approx(0.5)


def test_the_worst_stand_first_and_typical_ones_reach_from_end_to_end():
    produced = [each[0] for each in TRUE]
    produced[7], produced[3] = "zzz", "number 3 of"
    found = diagnose(rows_of(SOURCES), gold_of(*TRUE), texts_told(*produced)).texts
    assert [each.number for each in found.worst[:2]] == [8, 4]
    assert found.worst[0].source == SOURCES[7]
    assert found.worst[0].references == TRUE[7]
    assert found.worst[0].produced == "zzz"
    assert found.worst[0].likeness == 0.0
    assert found.typical[0] == found.worst[0]
    assert found.typical[-1].likeness == 100.0
    assert len(found.typical) == 12


def test_rows_are_banded_by_the_length_of_their_sources():
    produced = [
        each[0] if len(source.split()) < 3 else "" for each, source in zip(TRUE, SOURCES, strict=True)
    ]
    bands = diagnose(rows_of(SOURCES), gold_of(*TRUE), texts_told(*produced)).texts.bands
    assert sum(each.rows for each in bands) == 20
    assert (bands[0].low, bands[-1].high) == (1, 5)
    assert bands[0].likeness == pytest.approx(100.0)
    assert bands[-1].likeness == pytest.approx(0.0)


def test_no_rows_have_no_errors():
    found = diagnose(rows_of([]), gold_of(), Predictions(texts=())).texts
    assert found.worst == ()
    assert found.bands == ()


def test_of_a_conversation_what_is_said_is_shown_and_counted():
    talk = '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "two more words"}]'
    faulty = '[{"role": "nobody", "content": "a"}]'
    produced = [each[0] for each in TRUE[:2]]
    found = diagnose(rows_of([talk, faulty]), gold_of(*TRUE[:2]), texts_told(*produced)).texts
    assert {each.source for each in found.worst} == {"Be brief.\ntwo more words", faulty}
    assert max(each.high for each in found.bands) == 5
