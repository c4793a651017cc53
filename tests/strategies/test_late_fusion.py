"""Late fusion: trees on the text and the columns know what neither alone does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.model import Model
from tests.contracts.table_data import TableContract


class TestLateFusion(TableContract):
    name = "late_fusion"
    params = {"rounds": 40}
    accuracy = 0.6

    def test_it_is_better_than_the_columns_alone_and_than_the_text_alone(self, start, split, context, unseen):
        gold = split.task.gold(unseen)
        both = self.adapted(start, split, context)[-1].model
        probe = registry.build("strategies", "probe", {})
        plain = replace(split, train=split.train.plain, dev=split.dev.plain)
        text = list(probe.adapt(start, plain, context))[-1].model
        trees = registry.build("strategies", "trees", {"rounds": 40})
        alone = list(trees.adapt(Model(task=split.task, predictor=None), split, context))[-1].model
        right = {
            name: self.quality(model.predict(rows), gold)
            for name, model, rows in (
                ("both", both, unseen),
                ("text", text, unseen.plain),
                ("columns", alone, unseen),
            )
        }
        assert right["both"] > right["text"]
        assert right["both"] > right["columns"]

    @pytest.mark.parametrize("components", [0, 4])
    def test_the_text_is_as_many_numbers_as_classes_and_components(self, start, split, context, components):
        model = self.adapted(start, split, context, components=components)[-1].model
        assert model.predictor.numbers.count == 3 + components

    def test_it_says_how_much_the_text_counts(self, start, split, context, tmp_path):
        told = self.adapted(start, split, context)[-1].model.predictor.save(tmp_path)["importance"]
        assert 0.0 < told["text"] < 1.0
        assert told["columns"]["size"] > told["columns"]["noise"]
        assert np.isclose(told["text"] + sum(told["columns"].values()), 1.0)

    def test_long_texts_may_be_read_in_windows(self, start, split, context):
        long = pl.col("text").str.replace_all("the", "the the the the the the the the the the")
        task = replace(split.task, windows=True)
        windowed = replace(
            split,
            task=task,
            train=replace(split.train, frame=split.train.frame.with_columns(long)),
            dev=replace(split.dev, frame=split.dev.frame.with_columns(long)),
        )
        found = self.adapted(replace(start, task=task), windowed, context, max_length=12)[-1]
        assert len(found.model.predict(windowed.dev)) == len(windowed.dev)

    def test_columns_in_words_make_no_difference_to_what_is_read_of_the_text(
        self, start, split, context, unseen
    ):
        model = self.adapted(start, split, context)[-1].model
        np.testing.assert_array_equal(
            model.predict(unseen.plain).probabilities, model.predict(unseen).probabilities
        )
