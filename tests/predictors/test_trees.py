"""Trees on columns come back from disk as they were."""

from __future__ import annotations

import pytest

from headstart.core.feature_cells import feature_table
from headstart.errors import BundleError
from headstart.predictors.trees import Trees
from headstart.train.fit_boosted import BoostWish, fit_boosted
from tests.contracts.predictor_contract import PredictorContract
from tests.contracts.small_data import CLASSES, small_task
from tests.contracts.table_data import FEATURES, table_rows


class TestTrees(PredictorContract):
    @pytest.fixture
    def rows(self):
        return table_rows(20, seed=4)

    @pytest.fixture
    def task(self):
        return small_task()

    @pytest.fixture
    def predictor(self):
        train = table_rows(120, seed=1)
        grown = fit_boosted(
            feature_table(train.frame, FEATURES),
            small_task().gold(train),
            BoostWish(answer="class", classes=CLASSES, categorical=(1,), rounds=10),
            groups=train.groups,
            strata=small_task().strata(train),
        )
        return Trees(features=FEATURES, boosted=grown.boosted)

    def test_broken_trees_are_told(self, predictor, task, tmp_path):
        config = predictor.save(tmp_path)
        (tmp_path / "trees_1.txt").write_text("not trees")
        with pytest.raises(BundleError, match=r"trees_1\.txt can't be read"):
            Trees.load(tmp_path, config, task)
        (tmp_path / "trees_1.txt").unlink()
        with pytest.raises(BundleError, match="copy the bundle again"):
            Trees.load(tmp_path, config, task)
