"""Boosted trees on the columns alone: what the text has to add to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart import registry
from headstart.core.feature_cells import feature_table
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.models.lightgbm_there import lightgbm_reasons
from headstart.train.boosting_cost import NO_COLUMNS, boosting_bytes, boosting_s
from headstart.train.finished import finished
from headstart.train.work import FORKING_S, LOADED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint

FEWEST_SECONDS_TO_CHOOSE = 5.0


@dataclass(frozen=True, kw_only=True)
class Trees:
    """Gradient-boosted trees on numbers and categories; no text is read and no pre-trained model."""

    needs_base: ClassVar[bool] = False
    baseline: ClassVar[bool] = True
    reads: ClassVar[tuple[str, ...]] = ("columns",)
    answers: ClassVar[tuple[str, ...]] = ("class", "number", "labels")
    summary: ClassVar[str] = "gradient-boosted trees on the columns beside the text"

    rounds: int | None = knob(None, "trees of each sum; chosen by folds without it", low=1, high=5000)
    leaves: int = knob(15, "leaves of a tree at most", low=2, high=1000)
    learning_rate: float = knob(0.05, "what each tree counts", low=0.001, high=1.0, log=True)
    least_rows: int = knob(10, "rows of a leaf at least", low=1, high=10_000)

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return (*(() if situation.features else (NO_COLUMNS,)), *lightgbm_reasons())

    def cost(self, situation: Situation) -> Cost:
        columns = max(1, len(situation.features))
        return Cost(
            seconds=FORKING_S + boosting_s(situation, columns),
            peak_bytes=LOADED_BYTES + boosting_bytes(situation, columns),
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # scikit-learn, which LightGBM brings, takes a second to import and is needed for a fit alone.
        from headstart.train.fit_boosted import BoostWish, fit_boosted

        features, task = split.train.columns.features, split.task
        grown = fit_boosted(
            feature_table(split.train.frame, features),
            np.asarray(task.gold(split.train)),
            BoostWish(
                answer=task.answer,
                classes=task.classes,
                categorical=tuple(at for at, each in enumerate(features) if not each.is_number),
                rounds=self.rounds,
                leaves=self.leaves,
                learning_rate=self.learning_rate,
                least_rows=self.least_rows,
                seed=context.seed,
                hurried=context.deadline.left_s < FEWEST_SECONDS_TO_CHOOSE,
            ),
            groups=split.train.groups,
            strata=task.strata(split.train),
            progress=context.progress,
        )
        predictor = registry.load("predictors", "trees")(features=features, boosted=grown.boosted)
        yield finished(self, start, predictor, split=split, context=context, chosen={"rounds": grown.rounds})
