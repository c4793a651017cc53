"""Ridge regression on weighted word and character n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.train.finished import finished
from headstart.train.ngram_fit import counted, settled
from headstart.train.ngram_options import CHOICES, ngram_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint


@dataclass(frozen=True, kw_only=True)
class TfidfRidge:
    """Ridge regression on word and character n-grams: no pre-trained model."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("number",)
    summary: ClassVar[str] = "ridge regression on word and character n-grams"

    penalty: float | None = knob(
        None, "penalty on squared weights; chosen by folds without one", low=1e-3, high=1e3, log=True
    )
    characters: str = knob(
        "auto",
        "whether character n-grams are counted; auto leaves them out of very much text",
        choices=CHOICES,
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        rows, tokens = situation.train_rows, situation.profile.lengths.mean
        reading = 2e-5 * tokens * (rows + situation.predict_rows)
        fitting = 2e-5 * tokens * min(rows, 4000) * 5 + 4e-6 * tokens * rows
        return Cost(seconds=2.0 + reading + fitting, peak_bytes=2.5e8 + 24.0 * 12.0 * tokens * rows)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # scikit-learn takes seconds to import and is needed for a fit alone.
        from headstart.train.sparse_ridge import USUAL_PENALTY, choose_penalty, fit_sparse_ridge

        targets = np.asarray(split.task.gold(split.train), dtype=np.float64)
        centre, scale = float(targets.mean()), float(targets.std()) or 1.0
        standard = (targets - centre) / scale
        texts = split.train.texts
        ngrams, features = counted(texts, ngram_options(texts, characters=self.characters), context)
        penalty = settled(
            self.penalty,
            lambda: choose_penalty(features, standard, split.train.groups, seed=context.seed),
            usual=USUAL_PENALTY,
            what="penalty",
            context=context,
        )
        fitted = fit_sparse_ridge(features, standard, penalty=penalty)
        predictor = registry.load("predictors", "linear_text")(
            classes=(),
            ngrams=ngrams,
            weight=(scale * fitted.weight[None]).astype(np.float32),
            bias=np.array([centre + scale * fitted.bias], dtype=np.float32),
            link="identity",
        )
        yield finished(self, start, predictor, split=split, context=context, chosen={"penalty": penalty})
