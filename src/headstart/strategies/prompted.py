"""The base as it is, asked the way it wants to be asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from headstart import registry
from headstart.core.plan import Cost, Step
from headstart.core.strategy import Checkpoint
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, writing_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split


@dataclass(frozen=True, kw_only=True)
class Prompted:
    """The untouched base, prompted by its chat template; training rows tell how long answers may be."""

    needs_base: ClassVar[bool] = True
    answers: ClassVar[tuple[str, ...]] = ("text",)
    summary: ClassVar[str] = "the untouched base, prompted"

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        shape = situation.base.shape
        return Cost(
            seconds=OPENING_S + writing_s(situation, situation.predict_rows),
            peak_bytes=LIBRARIES_BYTES + 6.0 * shape.parameters + 8.0 * situation.predict_rows * shape.width,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.models.chat_template import ChatTemplate
        from headstart.models.tokenise_dialogues import tokenise_dialogues
        from headstart.train.answer_lengths import longest_answer
        from headstart.train.opened import causal

        backbone, task = causal(start, context.device), _answering(split)
        context.progress(0.0, "reading conversations")
        positions = backbone.info.shape.positions
        template = ChatTemplate(backbone.tokenizer)
        train = tokenise_dialogues(task.dialogues(split.train), template, max_length=positions)
        predictor = registry.load("predictors", "causal")(
            backbone=backbone,
            task=split.task,
            stops=train.stops,
            longest=longest_answer(train, positions),
            precision=context.precision,
        )
        step = Step(use=registry.name_of(self), params=asdict(self))
        model = replace(start, predictor=predictor, lineage=(*start.lineage, step))
        dev_score = context.score(model, split.dev) if len(split.dev) else None
        yield Checkpoint(model=model, fraction=1.0, dev_score=dev_score)


def _answering(split: Split) -> Any:
    """The task, which reads conversations."""
    return split.task
