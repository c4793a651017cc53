"""Boosted trees on the columns alone: they read no text, and know no category that training rows lack."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from tests.contracts.table_data import TableContract


class TestTrees(TableContract):
    name = "trees"
    params = {"rounds": 40}
    accuracy = 0.5

    def test_the_text_makes_no_difference(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        silent = replace(unseen, frame=unseen.frame.with_columns(text=pl.lit("")))
        np.testing.assert_array_equal(
            model.predict(silent).probabilities, model.predict(unseen).probabilities
        )

    def test_a_category_that_was_never_seen_counts_as_missing(self, start, split, context, unseen):
        model = self.adapted(start, split, context)[-1].model
        strange, gone = (
            replace(unseen, frame=unseen.frame.with_columns(colour=pl.lit(cell, dtype=pl.String)))
            for cell in ("mauve", None)
        )
        np.testing.assert_array_equal(model.predict(strange).probabilities, model.predict(gone).probabilities)

    def test_rounds_are_chosen_by_folds_and_told(self, start, split, context):
        found = self.adapted(start, split, context, rounds=None)[-1].chosen["rounds"]
        assert 1 <= found < 400

    def test_what_tells_classes_apart_is_told_to_count_most(self, start, split, context, tmp_path):
        predictor = self.adapted(start, split, context)[-1].model.predictor
        told = predictor.save(tmp_path)["importance"]
        assert told["text"] == 0.0
        assert max(told["columns"], key=told["columns"].get) == "size"
        assert np.isclose(sum(told["columns"].values()), 1.0)
