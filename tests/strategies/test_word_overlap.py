"""Overlap of words against its contract."""

from __future__ import annotations

from tests.contracts.pair_contract import SimilarityContract


class TestWordOverlap(SimilarityContract):
    name = "word_overlap"
    accuracy = 0.7

    def test_scores_of_training_rows_are_not_read(self, start, split, context, unseen):
        from dataclasses import replace

        muddled = replace(split.train, frame=split.train.frame.with_columns(self.muddled(split.train)))
        first, second = (
            self.adapted(start, each, context)[-1].model.predict(unseen).values
            for each in (split, replace(split, train=muddled))
        )
        assert (first == second).all()
