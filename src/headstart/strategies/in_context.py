"""The base as it is, shown answered questions like the one it is to answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost, Step
from headstart.core.strategy import Checkpoint
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, replying_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.split import Split

# Numbers that are tried where nobody has said one, and dev rows that they are tried on.
TRIED, TRIED_ROWS = (1, 2, 4), 32


@dataclass(frozen=True, kw_only=True)
class InContext:
    """The untouched base after demonstrations from the training rows (Brown et al. 2020, section 2).

    Those nearest to the question in words are shown, the nearest last, as many as the base has room for;
    how many are best is found on dev rows.
    """

    needs_base: ClassVar[bool] = True
    answers: ClassVar[tuple[str, ...]] = ("reply",)
    summary: ClassVar[str] = "the untouched base, shown answered questions"

    demonstrations: int | None = knob(
        None, "answered questions that are shown; chosen on dev rows without one", low=1, high=64
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        return ()

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        shape, shown = situation.base.shape, self.demonstrations or max(TRIED)
        tried = 0 if self.demonstrations else len(TRIED) * TRIED_ROWS
        seconds = replying_s(situation, situation.predict_rows + tried)
        return Cost(
            # Each row is read with what is shown before it.
            seconds=OPENING_S + (1 + shown) * seconds,
            peak_bytes=LIBRARIES_BYTES + 6.0 * shape.parameters + 4e4 * situation.train_rows,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.models.demonstrations import Demonstrations
        from headstart.train.prompted import prompted

        task: Any = split.task
        dialogues = tuple(task.dialogues(split.train))
        shown = Demonstrations(dialogues=dialogues, count=self.demonstrations or TRIED[0])
        predictor = prompted(start, split, context, shown=shown)
        tried = () if self.demonstrations or not len(split.dev) else TRIED
        count = _best(predictor, split, context, tried) or self.demonstrations or TRIED[-1]
        predictor = replace(predictor, shown=replace(shown, count=count))
        step = Step(use=registry.name_of(self), params=asdict(self))
        model = replace(start, predictor=predictor, lineage=(*start.lineage, step))
        dev_score = context.score(model, split.dev) if len(split.dev) else None
        yield Checkpoint(model=model, fraction=1.0, dev_score=dev_score, chosen={"demonstrations": count})


def _best(predictor: Any, split: Split, context: Context, tried: tuple[int, ...]) -> int | None:
    """The number under which the answers of some dev rows are likeliest; the fewer of equals."""
    some = split.dev.take(range(min(TRIED_ROWS, len(split.dev))))
    found = {}
    for count in tried:
        shown = replace(predictor.shown, count=count)
        losses, tokens = replace(predictor, shown=shown).likelihoods(some).sum(axis=0)
        found[count] = losses / max(1.0, tokens)
        if context.deadline.left_s <= 0:
            break
    return min(found, key=lambda count: found[count], default=None)
