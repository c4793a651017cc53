"""What a strategy promises where a number is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from tests.contracts.number_data import number_rows, number_task
from tests.contracts.strategy_contract import StrategyContract

if TYPE_CHECKING:
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows


class NumberContract(StrategyContract):
    """`accuracy` is the least correlation with the numbers of unseen rows."""

    metric: ClassVar[str] = "pearson"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        return number_rows(rows, seed=seed)

    def make_task(self, rows: Rows) -> Any:
        return number_task(rows)

    def quality(self, predictions: Predictions, gold: Any) -> float:
        return float(np.corrcoef(predictions.values, gold)[0, 1]) if np.ptp(predictions.values) else 0.0

    def check_predictions(self, predictions: Predictions, task: Any, rows: int) -> None:
        assert predictions.classes == ()
        assert predictions.values.shape == (rows,)
        assert np.isfinite(predictions.values).all()
