"""The most frequent tag of each word against its contract."""

from __future__ import annotations

from tests.contracts.tag_data import TagContract


class TestFrequentTag(TagContract):
    name = "frequent_tag"
    accuracy = 0.9

    def test_words_never_seen_are_outside(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        strange = unseen.of(
            unseen.frame.with_columns(tokens=unseen.frame["tokens"] + " xyzzy"), unseen.columns
        )
        assert {row[-1] for row in model.predict(strange).answers} == {"O"}
