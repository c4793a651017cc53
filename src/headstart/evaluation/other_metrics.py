"""The metrics that do not decide, for the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.metric import Metric
    from headstart.core.predictions import Predictions


def other_metrics(
    metrics: Mapping[str, Metric], gold: Any, predictions: Mapping[str, Predictions]
) -> dict[str, dict[str, float]]:
    """The value of each metric for each model that has what the metric reads.

    Args:
        metrics: by name.
        gold: true answers, as the task gives them.
        predictions: by model.
    """
    return {
        name: {
            model: metric.value(metric.stats(gold, each))
            for model, each in predictions.items()
            if getattr(each, metric.needs) is not None
        }
        for name, metric in metrics.items()
    }
