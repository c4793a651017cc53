"""The base as it is, shown answered questions like the one it is to answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.core.demonstration_choice import CHOICES, DIVERSITY, SIMILARITY
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.core.task import WRITTEN
from headstart.models.goes_on import cant_go_on
from headstart.train.finished import finished
from headstart.train.label_prompting import LABELS, LabelPrompting, opened_to_ask
from headstart.train.prompt_cost import Shown
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, judged_replies_s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Situation
    from headstart.core.rows import Rows
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone

# Numbers that are tried where nobody has said one, and dev rows that they are tried on. Those that all
# questions share are tried as so many of each label; before a statement about a label, half of them have it.
TRIED, TRIED_ROWS, MOST = (1, 2, 4), 32, 64
TRIED_LABELS, TRIED_LABEL_ROWS = (1, 2, 4, 8, 16), 64
TRIED_STATEMENTS = (2, 4, 8)
# A number has room where it can be shown to this share of the dev rows.
WITH_ROOM = 0.5


@dataclass(frozen=True, kw_only=True)
class InContext(LabelPrompting):
    """The untouched base after demonstrations from the training rows (Brown et al. 2020, section 2).

    As many are shown as the base has room for; how many are best is found on dev rows. For labels they are
    chosen by what the base makes of the texts, in conversations by their words, or at random. The nearest
    stand last. Where a row may have any number of labels, each is asked for by itself, after rows that have
    it and rows that lack it.
    """

    needs_base: ClassVar[bool] = True
    answers: ClassVar[tuple[str, ...]] = ("class", LABELS, "reply")
    base_kinds: ClassVar[tuple[str, ...]] = ("decoder",)
    summary: ClassVar[str] = "the untouched base, shown answered questions"

    demonstrations: int | None = knob(
        None, "answered questions that are shown; chosen on dev rows without one", low=1, high=MOST
    )
    choice: str = knob(
        SIMILARITY,
        "how demonstrations are chosen: the nearest to each question, or the same for all, far apart or at "
        "random, as many of each answer",
        choices=CHOICES,
        search=CHOICES,
    )
    max_length: int | None = knob(
        None, "tokens read of a text whose label is asked for; all that fit without one", low=8, high=8192
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        base = situation.base
        if situation.task.answer in WRITTEN or base is None:
            return ()
        reason = cant_go_on(base)
        return (reason,) if reason else self.prompting_blockers(situation)

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        if situation.task.answer not in WRITTEN:
            return self.prompting_cost(situation, self._shown(situation))
        shape, shown = situation.base.shape, self.demonstrations or max(TRIED)
        tried = 0 if self.demonstrations else len(TRIED) * TRIED_ROWS
        seconds = judged_replies_s(situation, situation.predict_rows, shown=shown, tried=tried)
        return Cost(
            seconds=OPENING_S + seconds,
            peak_bytes=LIBRARIES_BYTES + 6.0 * shape.parameters + 4e4 * situation.train_rows,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        answering = self._replying if split.task.answer in WRITTEN else self._labelling
        predictor, count = answering(start, split, context)
        predictor = replace(predictor, shown=replace(predictor.shown, count=count))
        yield finished(self, start, predictor, split=split, context=context, chosen={"demonstrations": count})

    def _replying(self, start: Model, split: Split, context: Context) -> tuple[Any, int]:
        """What answers in conversations, and how many demonstrations are best."""
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.models.demonstrations import Demonstrations
        from headstart.train.prompted import prompted

        task: Any = split.task
        dialogues = tuple(task.dialogues(split.train))
        shown = Demonstrations(dialogues=dialogues, count=self.demonstrations or TRIED[-1])
        if self.choice != SIMILARITY:
            shown = (shown.spread if self.choice == DIVERSITY else shown.drawn)(seed=context.seed)
        predictor = prompted(start, split, context, shown=shown)
        tried = () if self.demonstrations else TRIED
        best = _best(
            predictor, split.dev.take(range(min(TRIED_ROWS, len(split.dev)))), context, tried, _losses
        )
        return predictor, best or self.demonstrations or TRIED[-1]

    def _labelling(self, start: Model, split: Split, context: Context) -> tuple[Any, int]:
        """What tells labels, and how many demonstrations are best."""
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.label_loss import label_loss
        from headstart.train.label_sets_loss import label_sets_loss

        backbone = opened_to_ask(start, context)
        counts = self._tried(split.task)
        shown = self._chosen(backbone, split, context, count=self.demonstrations or counts[-1])
        predictor = self.prompted(backbone, split, context, max_length=self.max_length, shown=shown)
        some = split.dev.take(range(min(TRIED_LABEL_ROWS, len(split.dev))))
        loss = label_sets_loss if split.task.answer == LABELS else label_loss
        best = _best(predictor, some, context, () if self.demonstrations else counts, loss)
        return predictor, best or self.demonstrations or counts[0]

    def _chosen(self, backbone: Backbone, split: Split, context: Context, *, count: int) -> Any:
        """The demonstrations."""
        from headstart.train.choose_demonstrations import choose_demonstrations
        from headstart.train.choose_statements import choose_statements

        if self.judges(split.task):
            return choose_statements(backbone, split, context, choice=self.choice, count=count)
        answers = self.answers_of(split)
        return choose_demonstrations(
            backbone, split, context, choice=self.choice, count=count, answers=answers
        )

    def _tried(self, task: Task) -> tuple[int, ...]:
        if self.judges(task):
            return TRIED_STATEMENTS
        if self.choice == SIMILARITY:
            return TRIED_LABELS
        return tuple(dict.fromkeys(min(MOST, each * max(1, len(task.classes))) for each in TRIED_LABELS[:3]))

    def _shown(self, situation: Situation) -> Shown:
        by_question = self.choice == SIMILARITY
        if self.demonstrations:
            return Shown(count=self.demonstrations, by_question=by_question)
        counts = self._tried(situation.task)
        tried = min(situation.predict_rows, TRIED_LABEL_ROWS) * len(counts)
        return Shown(count=counts[-1], by_question=by_question, tried_rows=tried)


def _best(
    predictor: Any,
    some: Rows,
    context: Context,
    tried: Sequence[int],
    loss: Callable[[Any, Rows], float],
) -> int | None:
    """The number under which the answers of some dev rows are likeliest; the fewer of equals."""
    found = dict[int, float]()
    for place, count in enumerate(tried if len(some) else ()):
        context.progress(place / len(tried), f"showing {count}")
        candidate = replace(predictor, shown=replace(predictor.shown, count=count))
        if found and candidate.fewer(some) > (1.0 - WITH_ROOM) * len(some):
            break
        found[count] = loss(candidate, some)
        if context.deadline.left_s <= 0:
            break
    return min(found, key=lambda count: found[count], default=None)


def _losses(predictor: Any, rows: Rows) -> float:
    """The mean loss of the tokens of true answers."""
    losses, tokens = predictor.likelihoods(rows).sum(axis=0)
    return float(losses / max(1.0, tokens))
