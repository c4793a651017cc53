"""Trees on texts and columns come back from disk as they were, with a base that others can open."""

from __future__ import annotations

import numpy as np
import pytest
from transformers import AutoModel

from headstart.core.feature_cells import feature_table
from headstart.errors import BundleError
from headstart.models.text_numbers import TextNumbers
from headstart.predictors.late_fusion import LateFusion
from headstart.train.fit_boosted import BoostWish, fit_boosted
from tests.contracts.predictor_contract import PredictorContract
from tests.contracts.small_data import CLASSES, small_task
from tests.contracts.table_data import FEATURES, table_rows
from tests.tiny import tiny_backbone


class TestLateFusion(PredictorContract):
    @pytest.fixture
    def rows(self):
        return table_rows(20, seed=4)

    @pytest.fixture
    def task(self):
        return small_task()

    @pytest.fixture
    def predictor(self, tmp_path_factory):
        backbone = tiny_backbone(tmp_path_factory.mktemp("base"), "bert")
        rng, width = np.random.default_rng(0), backbone.info.shape.width
        numbers = TextNumbers(
            weight=rng.normal(size=(3, width)).astype(np.float32),
            bias=np.zeros(3, dtype=np.float32),
            centre=np.zeros(width, dtype=np.float32),
            axes=np.eye(width, dtype=np.float32)[:2],
            one_class=True,
        )
        train = table_rows(120, seed=1)
        table = np.hstack([rng.normal(size=(120, numbers.count)), feature_table(train.frame, FEATURES)])
        grown = fit_boosted(
            table,
            small_task().gold(train),
            BoostWish(answer="class", classes=CLASSES, categorical=(numbers.count + 1,), rounds=10),
            groups=train.groups,
            strata=small_task().strata(train),
        )
        return LateFusion(
            backbone=backbone,
            task=small_task(),
            numbers=numbers,
            features=FEATURES,
            boosted=grown.boosted,
            max_length=32,
        )

    def test_transformers_alone_opens_its_base(self, predictor, tmp_path):
        predictor.save(tmp_path)
        opened = AutoModel.from_pretrained(tmp_path / "backbone")
        assert opened.config.hidden_size == predictor.backbone.info.shape.width

    def test_a_broken_file_is_told(self, predictor, task, tmp_path):
        config = predictor.save(tmp_path)
        (tmp_path / "text.safetensors").write_bytes(b"nothing")
        with pytest.raises(BundleError, match=r"text\.safetensors can't be read"):
            LateFusion.load(tmp_path, config, task)
