"""Stretches of characters as tags of words: faulty rows, and stretches that overlap."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.tasks.tagging import Tagging

STRETCHES = [[{"start": 0, "end": 4, "label": "PER"}]] * 20


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("PER", "row 7 of rows.jsonl has 'PER' in 'entities', and other rows have lists there"),
        (["PER"], "row 7 of rows.jsonl has the stretch 'PER'; a stretch needs a start, an end and a label"),
        ([{"start": 0, "label": "PER"}], "row 7 of rows.jsonl has the stretch {'start': 0, 'label': 'PER'}"),
    ],
)
def test_a_faulty_stretch_does_not_hide_what_the_others_state(cell, said):
    cells = [json.dumps(each) for each in STRETCHES]
    cells[6] = cell if isinstance(cell, str) else json.dumps(cell)
    frame = pl.DataFrame({"text": [f"Anna lives in Rome {at}" for at in range(20)], "entities": cells})
    stated = Tagging.stated(frame, ())
    assert stated == Stated(target=("entities",), text=("text",))
    with pytest.raises(DataError, match=re.escape(said)):
        Tagging.read(frame, stated, "rows.jsonl")


def test_stretches_that_overlap_are_told_of():
    cells = [list(each) for each in STRETCHES]
    cells[4] = [{"start": 0, "end": 9, "label": "A"}, {"start": 5, "end": 13, "label": "B"}]
    texts = [f"Anna lives in Rome {at}" for at in range(20)]
    stated = Stated(target=("entities",), text=("text",))

    def notes(cells):
        read = Tagging.read(pl.DataFrame({"text": texts, "entities": cells}), stated, "rows.jsonl")
        return Tagging.check(Rows.of(read, Columns(text=("text",), target="entities")), "rows.jsonl")

    assert notes(STRETCHES) == ()
    (note,) = notes(cells)
    assert note.startswith("1 stretch shared words with a longer one and was left out")
    assert "first in row 5" in note
