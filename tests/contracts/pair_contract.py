"""What a strategy promises where texts are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.stats import spearmanr

from headstart.metrics.mrr_at_10 import MrrAt10
from tests.contracts.pair_data import retrieval_rows, retrieval_task, similarity_rows, similarity_task
from tests.contracts.strategy_contract import StrategyContract

if TYPE_CHECKING:
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows


class SimilarityContract(StrategyContract):
    """`accuracy` is the least rank correlation with the scores of unseen rows."""

    metric: ClassVar[str] = "spearman"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return similarity_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return similarity_task(rows)

    def quality(self, predictions: Predictions, gold: Any) -> float:
        return float(spearmanr(predictions.values, gold).statistic)

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        assert predictions.classes == ()
        assert predictions.values.shape == (rows,)
        assert np.isfinite(predictions.values).all()


class RankingContract(StrategyContract):
    """`accuracy` is the least mean reciprocal rank on unseen rows; by chance it is 0.07."""

    metric: ClassVar[str] = "ndcg_at_10"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return retrieval_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return retrieval_task()

    def quality(self, predictions: Predictions, gold: Any) -> float:
        return MrrAt10().value(MrrAt10().stats(gold, predictions))

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        assert predictions.passages == task.corpus
        assert predictions.ranked.shape == predictions.scores.shape == (rows, len(task.corpus))
        assert (np.diff(predictions.scores, axis=1) <= 0).all()
        for places in predictions.ranked:
            found = places[places >= 0]
            assert len(set(found)) == len(found)
            assert set(found) <= set(range(len(task.corpus)))
