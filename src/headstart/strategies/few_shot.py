"""Nearest class means or nearest rows; nothing is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.train.finished import finished
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, length_reasons, reading_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint
    from headstart.models.backbone import Backbone
    from headstart.train.few_shot_fit import FewShotFit
    from headstart.train.labelled import Labelled

METHODS = ("prototypes", "neighbours")


@dataclass(frozen=True, kw_only=True)
class FewShot:
    """Each text goes to the class whose mean vector, or whose rows, lie nearest to its own.

    Prototypes are the class means (Snell et al. 2017, section 2.2), compared by cosine; neighbours
    vote with weights (Cover and Hart 1967). From a handful of rows a class, means are estimated
    better than the weights of a classifier. The number of neighbours, the temperature and, from a
    hundred rows on, the method are those that foretell best the rows left out; with fewer, prototypes
    are taken, which were measured to be the better choice.
    """

    needs_base: ClassVar[bool] = True
    summary: ClassVar[str] = "nearest class means or nearest rows, without any training"

    method: str | None = knob(
        None, "what a text is compared with; chosen on rows left out without one", choices=(None, *METHODS)
    )
    neighbours: int | None = knob(
        None, "rows that vote on a text; chosen on rows left out without one", low=1, high=1000, log=True
    )
    temperature: float | None = knob(
        None,
        "divides cosines before they become probabilities; chosen on rows left out without one",
        low=0.001,
        high=1.0,
        log=True,
    )
    max_length: int | None = knob(
        None, "tokens read of a text; as many as the base reads without one", low=8, high=8192
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = list(length_reasons(self.max_length, situation))
        base = situation.base
        if base is not None and base.kind != "encoder":
            kind = f"{'an' if base.kind.startswith('e') else 'a'} {base.kind}"
            asked = "; a decoder is shown labelled rows by in_context" if base.kind == "decoder" else ""
            reasons.append(
                f"{base.name} is {kind}, whose vectors do not compare texts; name an encoder with "
                f"--base{asked}"
            )
        if base is not None and self.cost(situation).peak_bytes > situation.machine.memory_bytes:
            reasons.append("the base and the vectors of all rows do not fit into memory")
        return tuple(reasons)

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        shape, machine = situation.base.shape, situation.machine
        train, unseen = situation.train_rows, situation.predict_rows
        compared = 2.0 * shape.width * train * (unseen + min(train, 2000.0))
        classes = len(situation.profile.classes)
        return Cost(
            seconds=OPENING_S
            + reading_s(situation, train + unseen, self.max_length)
            + 0.1
            + 4.0 * compared / machine.flops,
            peak_bytes=LIBRARIES_BYTES
            + 6.0 * shape.parameters
            + 24.0 * (train + unseen) * shape.width
            + 16.0 * unseen * (classes + 100),
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.models.features import pooled_features
        from headstart.models.unit import unit
        from headstart.train.labelled import Labelled
        from headstart.train.opened import opened

        backbone = opened(start, context.device)
        length = self.max_length or backbone.info.max_length
        context.progress(0.0, "reading texts")
        examples = split.task.encode(split.train, backbone.tokenizer, length)
        vectors = unit(
            pooled_features(
                backbone,
                examples,
                how=backbone.info.pooling,
                precision=context.precision,
                cache=context.cache,
                progress=lambda share, note="": context.progress(0.8 * share, note or "reading texts"),
            )
        )
        labelled = Labelled.of(examples, split)
        found = self._fit(vectors, labelled, context.seed)
        predictor = self._predictor(found, backbone, vectors, labelled, split, context)
        chosen: dict[str, Any] = {"method": found.method, "temperature": found.temperature}
        if found.method == "neighbours":
            chosen["neighbours"] = found.neighbours
        yield finished(self, start, predictor, split=split, context=context, chosen=chosen)

    def _fit(self, vectors: Float[ndarray, "rows width"], labelled: Labelled, seed: int) -> FewShotFit:
        from headstart.train.few_shot_fit import FEWEST_CLUSTERS, fit_neighbours, fit_prototypes

        fits = []
        if self.method != "neighbours":
            fits.append(fit_prototypes(vectors, labelled, temperature=self.temperature))
        enough = labelled.clusters >= FEWEST_CLUSTERS
        if self.method == "neighbours" or (self.method is None and enough):
            fits.append(
                fit_neighbours(
                    vectors,
                    labelled,
                    neighbours=self.neighbours,
                    temperature=self.temperature,
                    seed=seed,
                )
            )
        return min(fits, key=lambda fit: fit.loss)

    def _predictor(
        self,
        found: FewShotFit,
        backbone: Backbone,
        vectors: Float[ndarray, "rows width"],
        labelled: Labelled,
        split: Split,
        context: Context,
    ) -> Any:
        from headstart.train.prototypes import prototypes

        shared = {
            "backbone": backbone,
            "task": split.task,
            "temperature": found.temperature,
            "max_length": self.max_length or backbone.info.max_length,
            "precision": context.precision,
        }
        if found.method == "prototypes":
            labels = prototypes(vectors, labelled)
            return registry.load("predictors", "label_similarity")(labels=labels, **shared)
        return registry.load("predictors", "neighbours")(
            vectors=vectors.astype("float16"),
            classes_of=labelled.targets,
            neighbours=found.neighbours,
            **shared,
        )
