"""Neighbours against the contract of predictors, and what their votes are."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.errors import BundleError
from headstart.models.features import pooled_features
from headstart.models.unit import unit
from headstart.predictors.neighbours import Neighbours
from tests.contracts.predictor_contract import PredictorContract
from tests.contracts.small_data import small_rows, small_task
from tests.tiny import tiny_backbone


class TestNeighbours(PredictorContract):
    @pytest.fixture
    def task(self):
        return small_task()

    @pytest.fixture
    def rows(self):
        return small_rows(15)

    @pytest.fixture
    def predictor(self, rows, task, tmp_path_factory):
        return self.storing(rows, task, tmp_path_factory.mktemp("base"), neighbours=3)

    def storing(self, rows, task, folder, *, neighbours):
        backbone = tiny_backbone(folder)
        examples = task.encode(rows, backbone.tokenizer, 32)
        vectors = unit(pooled_features(backbone, examples, how="mean", precision="float32", cache=None))
        return Neighbours(
            backbone=backbone,
            task=task,
            vectors=vectors.astype(np.float16),
            classes_of=task.gold(rows),
            neighbours=neighbours,
            temperature=0.05,
            max_length=32,
        )

    def test_a_stored_row_is_its_own_nearest_neighbour(self, rows, task, tmp_path):
        predictor = self.storing(rows, task, tmp_path, neighbours=1)
        predictions = predictor.predict(rows)
        np.testing.assert_array_equal(predictions.labels, task.gold(rows))
        assert (predictions.probabilities.max(axis=1) > 0.95).all()

    def test_more_neighbours_than_rows_are_all_of_them(self, rows, task, tmp_path):
        predictor = self.storing(rows, task, tmp_path, neighbours=1000)
        assert np.isfinite(predictor.predict(rows).probabilities).all()

    def test_a_damaged_file_is_refused_by_name(self, predictor, task, tmp_path):
        config = predictor.save(tmp_path)
        (tmp_path / "stored.safetensors").write_bytes(b"torn")
        with pytest.raises(BundleError, match=r"stored\.safetensors can't be read"):
            Neighbours.load(tmp_path, config, task)
