"""Produced texts in the report, the card and the result."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl

from headstart.bundle.card import card
from headstart.core.rows import Columns, Rows
from headstart.evaluation.diagnose import diagnose
from headstart.report.as_json import as_json
from headstart.report.html import render
from tests.contracts.text_data import gold_of, texts_told
from tests.report.sample_result import sample_result
from tests.report.test_html import Page

SECRET = "a sentence that only its owner may read"


def result_of(*produced: str):
    sources = [f"{SECRET} {at}" for at in range(len(produced))]
    rows = Rows.of(pl.DataFrame({"source": sources}), Columns(text=("source",)))
    gold = gold_of(*((f"<b>{source}</b>", "another") for source in sources))
    return replace(sample_result(), diagnosis=diagnose(rows, gold, texts_told(*produced)))


def test_source_reference_and_produced_text_stand_side_by_side():
    page = Page(render(result_of("something <i>else</i>", "")))
    assert f"{SECRET} 0" in page.text
    assert f"<b>{SECRET} 0</b> (one of 2)" in page.text
    assert "something <i>else</i>" in page.text
    assert "nothing" in page.text
    assert not any(tag in ("b", "i") and "something" in str(attrs) for tag, attrs in page.tags)


def test_without_texts_row_numbers_must_do():
    kept = result_of("something else", "")
    page = Page(render(replace(kept, text_kept=False)))
    assert SECRET not in page.text
    assert "something else" not in page.text
    assert "How near the texts come" in page.text


def test_card_and_result_hold_figures_and_no_texts():
    found = result_of("something else", "", f"<b>{SECRET} 2</b>")
    written, told = card(found), json.dumps(as_json(found))
    assert SECRET not in written + told
    assert "1 row is right to the letter, 1 got no text" in written
    texts = as_json(found)["diagnosis"]["texts"]
    assert (texts["exact"], texts["empty"]) == (1, 1)
    assert texts["worst"][0]["row"] == 2
