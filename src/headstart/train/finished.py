"""The only checkpoint of a strategy that fits in one go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.plan import Step
from headstart.core.strategy import Checkpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.context import Context
    from headstart.core.model import Model, Predictor
    from headstart.core.split import Split
    from headstart.core.strategy import Strategy


def finished(
    strategy: Strategy,
    start: Model,
    predictor: Predictor,
    *,
    split: Split,
    context: Context,
    chosen: Mapping[str, Any] | None = None,
) -> Checkpoint:
    """The model that a strategy has made of the one it started from, scored where there are dev rows.

    Args:
        strategy: names the step; the model keeps the base if it needs one.
        start: the model before it.
        predictor: what it has fitted.
        split: the rows.
        context: tells the metric.
        chosen: settings that were found while fitting, by name.
    """
    step = Step(**registry.spec(strategy))
    model = replace(
        start,
        predictor=predictor,
        base=start.base if strategy.needs_base else None,
        lineage=(*start.lineage, step),
    )
    dev_score = context.score(model, split.dev) if len(split.dev) else None
    return Checkpoint(model=model, fraction=1.0, dev_score=dev_score, chosen=chosen or {})
