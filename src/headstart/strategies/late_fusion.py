"""Late fusion: boosted trees on what the frozen base makes of the text, and on the columns beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from headstart import registry
from headstart.core.feature_cells import feature_table
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.models.lightgbm_there import lightgbm_reasons
from headstart.train.boosting_cost import NO_COLUMNS, boosting_bytes, boosting_s
from headstart.train.finished import finished
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, length_reasons, reading_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.context import Context
    from headstart.core.examples import Examples
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint
    from headstart.models.backbone import Backbone
    from headstart.models.text_numbers import TextNumbers
    from headstart.train.fit_boosted import BoostWish

FEWEST_SECONDS_TO_CHOOSE = 5.0
# Share of the features that a tree sees: the text's numbers say much the same several times.
SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class LateFusion:
    """The base stays as it is, and trees read its view of the text beside the columns.

    A linear layer on the text's vectors answers first; trees read what it says of rows that it has not seen
    (stacked generalisation, Wolpert 1992), the principal components of the vectors, and the columns. The
    text is read alone, without the columns in words.
    """

    needs_base: ClassVar[bool] = True
    reads: ClassVar[tuple[str, ...]] = ("columns",)
    answers: ClassVar[tuple[str, ...]] = ("class", "number", "labels")
    summary: ClassVar[str] = "gradient-boosted trees on the frozen base's view of the text and on the columns"

    components: int = knob(
        16,
        "principal components of the text's vectors that trees read beside a linear layer's answers",
        low=0,
        high=256,
        search=(0, 64),
    )
    rounds: int | None = knob(None, "trees of each sum; chosen by folds without it", low=1, high=5000)
    leaves: int = knob(15, "leaves of a tree at most", low=2, high=1000, search=(4, 40), log=True)
    learning_rate: float = knob(0.05, "what each tree counts", low=0.001, high=1.0, log=True)
    least_rows: int = knob(10, "rows of a leaf at least", low=1, high=10_000, search=(5, 40), log=True)
    max_length: int | None = knob(
        None, "tokens read of a text; as many as the base reads without one", low=8, high=8192
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = [] if situation.features else [NO_COLUMNS]
        reasons += [*lightgbm_reasons(), *length_reasons(self.max_length, situation)]
        if situation.base is not None and self.cost(situation).peak_bytes > situation.machine.memory_bytes:
            reasons.append("the base and the vectors of all rows do not fit into memory")
        return tuple(reasons)

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        shape, rows = situation.base.shape, situation.train_rows + situation.predict_rows
        outputs = max(1, len(situation.profile.classes))
        columns = len(situation.features) + self.components + outputs
        fitting = 0.3 + 3e-8 * situation.train_rows * shape.width * outputs
        return Cost(
            seconds=OPENING_S
            + reading_s(situation, rows, self.max_length)
            + fitting
            + boosting_s(situation, columns),
            peak_bytes=LIBRARIES_BYTES
            + 6.0 * shape.parameters
            + 12.0 * rows * shape.width
            + boosting_bytes(situation, columns),
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.fit_boosted import fit_boosted
        from headstart.train.opened import opened

        backbone = opened(start, context.device)
        length = self.max_length or backbone.info.max_length
        plain = replace(split, train=split.train.plain)
        examples = split.task.encode(plain.train, backbone.tokenizer, length)
        numbers, read = self._read(backbone, examples, plain, context)
        features, task = split.train.columns.features, split.task
        table = np.hstack([read, feature_table(split.train.frame, features)])
        grown = fit_boosted(
            table,
            np.asarray(task.gold(split.train)),
            self._wish(split, numbers.count, context),
            groups=split.train.groups,
            strata=task.strata(split.train),
            progress=lambda share, note="": context.progress(0.7 + 0.3 * share, note),
        )
        predictor = registry.load("predictors", "late_fusion")(
            backbone=backbone,
            task=task,
            numbers=numbers,
            features=features,
            boosted=grown.boosted,
            max_length=length,
            precision=context.precision,
        )
        yield finished(self, start, predictor, split=split, context=context, chosen={"rounds": grown.rounds})

    def _wish(self, split: Split, texts: int, context: Context) -> BoostWish:
        from headstart.train.fit_boosted import BoostWish

        features = enumerate(split.train.columns.features, start=texts)
        return BoostWish(
            answer=split.task.answer,
            classes=split.task.classes,
            categorical=tuple(place for place, each in features if not each.is_number),
            rounds=self.rounds,
            leaves=self.leaves,
            learning_rate=self.learning_rate,
            least_rows=self.least_rows,
            share=SHARE,
            seed=context.seed,
            hurried=context.deadline.left_s < FEWEST_SECONDS_TO_CHOOSE,
        )

    def _read(
        self, backbone: Backbone, examples: Examples, split: Split, context: Context
    ) -> tuple[TextNumbers, Float[ndarray, "rows numbers"]]:
        """What makes numbers of texts, and those of the training rows by layers that had not seen them."""
        from headstart.models.text_numbers import TextNumbers
        from headstart.train.read_out import ReadOut

        reading = ReadOut(
            backbone=backbone,
            examples=examples,
            split=split,
            context=context,
            progress=lambda share, note="": context.progress(0.6 * share, note or "reading texts"),
        )
        vectors = reading.own()
        fit = reading.fit(vectors)
        one_class = split.task.answer == "class"
        numbers = TextNumbers.of(vectors, fit, components=self.components, one_class=one_class)
        return numbers, numbers.table(vectors, examples.owners, outputs=fit.out_of_fold)
