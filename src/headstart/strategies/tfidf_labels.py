"""One linear model a label on weighted word and character n-grams."""

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
class TfidfLabels:
    """Logistic regression on word and character n-grams, each label against all else."""

    needs_base: ClassVar[bool] = False
    answers: ClassVar[tuple[str, ...]] = ("labels",)
    summary: ClassVar[str] = "one linear model a label on word and character n-grams"

    strength: float | None = knob(
        None,
        "how closely the training rows are fitted; chosen by folds without one",
        low=0.1,
        high=300.0,
        log=True,
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
        labels = max(2, len(situation.profile.classes))
        reading = 2e-5 * tokens * (rows + situation.predict_rows)
        fitting = labels * (0.2 + 2e-8 * min(rows, 2000) ** 2 + 2e-6 * rows * tokens)
        held = 24.0 * 12.0 * tokens * rows + 8.0 * min(rows, 4000) ** 2
        return Cost(seconds=2.0 + reading + fitting, peak_bytes=2.5e8 + held)

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # scikit-learn takes seconds to import and is needed for a fit alone.
        from headstart.train.sparse_labels import USUAL_STRENGTH, choose_label_strength, fit_sparse_labels

        targets = np.asarray(split.task.gold(split.train), dtype=np.int64)
        texts = split.train.texts
        ngrams, features = counted(texts, ngram_options(texts, characters=self.characters), context)
        strength = settled(
            self.strength,
            lambda: choose_label_strength(features, targets, split.train.groups, seed=context.seed),
            usual=USUAL_STRENGTH,
            what="strength",
            context=context,
        )
        fitted = fit_sparse_labels(features, targets, strength=strength)
        predictor = registry.load("predictors", "linear_text")(
            classes=split.task.classes,
            ngrams=ngrams,
            weight=fitted.weight,
            bias=fitted.bias,
            link="sigmoid",
        )
        yield finished(self, start, predictor, split=split, context=context, chosen={"strength": strength})
