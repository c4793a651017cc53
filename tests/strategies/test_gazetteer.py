"""The list of known entities against its contract."""

from __future__ import annotations

import json

import polars as pl

from headstart.core.rows import Columns, Rows
from tests.contracts.tag_data import TagContract


def rows_of(*marked: tuple[str, list[str]]) -> Rows:
    frame = pl.DataFrame({"tokens": [text for text, _ in marked], "tags": [json.dumps(t) for _, t in marked]})
    return Rows.of(frame, Columns(text=("tokens",), target="tags"))


class TestGazetteer(TagContract):
    name = "gazetteer"
    accuracy = 0.9

    def test_the_longest_phrase_stands_and_rare_marks_are_left_out(self, start, split, context):
        train = rows_of(
            ("red light", ["B-THING", "I-THING"]),
            ("light", ["B-THING"]),
            ("the cat", ["O", "B-ANIMAL"]),
            ("the the end", ["B-THING", "O", "O"]),
        )
        from dataclasses import replace

        model = self.adapted(start, replace(split, train=train), context)[-1].model
        seen = rows_of(("a Red light and the cat light", ["O"] * 7))
        assert model.predict(seen).answers == [["O", "B-THING", "I-THING", "O", "O", "B-ANIMAL", "B-THING"]]
