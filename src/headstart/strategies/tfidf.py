"""A linear model on weighted word and character n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.core.predictions import Predictions
from headstart.models.stop_words import LANGUAGES
from headstart.train.finished import finished
from headstart.train.ngram_fit import counted, settled
from headstart.train.ngram_options import CHOICES, ngram_options
from headstart.train.work import FORKING_S, LOADED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.context import Context
    from headstart.core.metric import Metric
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Tfidf:
    """Logistic regression on word and character n-grams: no pre-trained model, and hard to beat."""

    needs_base: ClassVar[bool] = False
    summary: ClassVar[str] = "linear model on word and character n-grams"

    strength: float | None = knob(
        None,
        "how closely the training rows are fitted; chosen by folds without one",
        low=0.1,
        high=300.0,
        log=True,
        search=(1.0, 100.0),
    )
    pairs: bool = knob(
        True, "whether two words in a row are counted too", choices=(True, False), search=(True, False)
    )
    characters: str = knob(
        "auto",
        "whether character n-grams are counted; auto leaves them out of very much text",
        choices=CHOICES,
        search=("auto", "no"),
    )
    stop_words: str = knob("none", "language whose stop words are left out", choices=("none", *LANGUAGES))
    lexicon: str = knob("", "CSV file of word,weight whose sums become two more features")

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = []
        if self.lexicon and not Path(self.lexicon).is_file():
            reasons.append(f"the lexicon {self.lexicon} is not there")
        return tuple(reasons)

    def cost(self, situation: Situation) -> Cost:
        """From fits of 500 to 10,000 rows: features cost by the token, the fit by rows and classes."""
        rows, classes = situation.train_rows, max(2, len(situation.profile.classes))
        tokens = situation.profile.lengths.mean
        reading = 3.5e-5 * tokens * (rows + situation.predict_rows)
        squared, folds = min(rows, 4000), (3 if classes < 20 else 2)
        one_try = 0.02 + 1.2e-9 * min(rows, 2000) ** 2 * classes
        last_fit = 0.05 + 2e-9 * rows**2 * classes if rows <= 4000 else 2e-6 * rows * tokens * classes
        features = 12.0 * tokens * rows
        bytes_held = 24.0 * features + 8.0 * squared**2 + 40.0 * min(features / 8, 6e5) * classes
        return Cost(
            seconds=FORKING_S + reading + 4 * folds * one_try + last_fit,
            peak_bytes=LOADED_BYTES + bytes_held + 16.0 * situation.predict_rows * classes,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # scikit-learn takes seconds to import and is needed for a fit alone.
        from headstart.train.sparse_linear import USUAL_STRENGTH, choose_strength, fit_sparse

        classes = split.task.classes
        targets = np.asarray(split.task.gold(split.train))
        options = ngram_options(
            split.train.texts,
            pairs=self.pairs,
            characters=self.characters,
            language=self.stop_words,
            lexicon=self.lexicon,
        )
        ngrams, features = counted(split.train.texts, options, context)
        score = _Scorer(metric=context.metric, classes=classes)
        strength = settled(
            self.strength,
            lambda: choose_strength(features, targets, split.train.groups, score=score, seed=context.seed),
            usual=USUAL_STRENGTH,
            what="strength",
            context=context,
        )
        fitted = fit_sparse(features, targets, classes=len(classes), strength=strength)
        predictor = registry.load("predictors", "linear_text")(
            classes=classes, ngrams=ngrams, weight=fitted.weight, bias=fitted.bias
        )
        yield finished(self, start, predictor, split=split, context=context, chosen={"strength": strength})


@dataclass(frozen=True, kw_only=True)
class _Scorer:
    """The context's metric of probabilities, its sign turned where less is better."""

    metric: Metric
    classes: tuple[str, ...]

    def __call__(self, probabilities: Float[ndarray, "rows classes"], gold: Int[ndarray, " rows"]) -> float:
        predictions = Predictions(
            classes=self.classes, labels=probabilities.argmax(axis=1), probabilities=probabilities
        )
        value: Any = self.metric.value(self.metric.stats(gold, predictions))
        return float(value if self.metric.greater_is_better else -value)
