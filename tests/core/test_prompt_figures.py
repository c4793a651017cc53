"""What prompts come to, and what is said of it."""

from __future__ import annotations

from headstart.core.evaluation import Footprint
from headstart.core.prompt_figures import PromptFigures


def test_nothing_is_said_where_all_of_it_had_room():
    assert list(PromptFigures(rows=10, tokens=50.0).findings("zero-shot")) == []


def test_what_was_left_out_is_said_in_plain_words():
    first, second = PromptFigures(rows=1200, tokens=50.0, fewer=1, cut=30).findings("in-context")
    assert "in-context showed fewer demonstrations than it should in 1 prompt of 1,200" in first
    assert "30 texts of 1,200 without the end" in second


def test_answers_that_name_no_one_label_are_told():
    [said] = PromptFigures(rows=60, tokens=50.0, unread=12).findings("zero-shot")
    assert said.startswith("zero-shot wrote 12 answers of 60 that name no label, or several")
    both = [PromptFigures(rows=5, tokens=50.0, unread=1), PromptFigures(rows=5, tokens=80.0)]
    assert PromptFigures.added(both).unread == 1


def test_a_row_that_is_asked_by_several_models_takes_what_all_of_them_take():
    both = [PromptFigures(rows=5, tokens=50.0, cut=1), PromptFigures(rows=5, tokens=80.0, shown=2.0)]
    assert PromptFigures.added(both) == PromptFigures(rows=5, tokens=130.0, shown=2.0, cut=1)
    assert PromptFigures.added([]) is None


def test_a_footprint_comes_back_from_json_with_its_prompts():
    told = {
        "bytes": 12,
        "row_ms": 0.5,
        "prompts": {"rows": 3, "tokens": 40.0, "shown": 0.0, "fewer": 0, "cut": 1},
    }
    assert Footprint.read(told).prompts == PromptFigures(rows=3, tokens=40.0, cut=1)
    assert Footprint.read({"bytes": 12, "row_ms": None}) == Footprint(bytes=12, row_ms=0.0)
