"""The copied source against its contract."""

from __future__ import annotations

from dataclasses import replace

from tests.contracts.text_data import TextContract


class TestCopySource(TextContract):
    name = "copy_source"
    accuracy = 5.0

    def test_of_several_columns_it_takes_the_nearest(self, start, split, context):
        def wider(rows):
            frame = rows.frame.with_columns(rows.frame["target"].alias("draft"))
            return replace(rows, frame=frame, columns=replace(rows.columns, text=("source", "draft")))

        both = replace(split, train=wider(split.train), dev=wider(split.dev))
        last = self.adapted(start, both, context)[-1]
        assert last.model.predict(both.dev).texts == tuple(both.dev.frame["draft"])
