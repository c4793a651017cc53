"""The base as it is, told nothing but what the classes are called, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from headstart import registry
from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.core.task import WRITTEN
from headstart.core.text_task import reads_to_write
from headstart.models.goes_on import cant_go_on
from headstart.train.finished import finished
from headstart.train.label_prompting import LABELS, LabelPrompting, opened_to_ask
from headstart.train.label_words import label_words, said, speechless
from headstart.train.work import LIBRARIES_BYTES, OPENING_S, judged_replies_s, length_reasons, reading_s
from headstart.train.writing_cost import writing_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.core.context import Context
    from headstart.core.model import Model, Predictor
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint


@dataclass(frozen=True, kw_only=True)
class ZeroShot(LabelPrompting):
    """Each text goes to the class whose name or description lies nearest.

    A decoder is asked for the label in words: the likeliest is taken, or the one that it writes. Where a row
    may have several, it is asked yes or no of each, or writes a list of them. Where texts are asked for, the
    base writes them as it is, in conversations under its chat template. No label is read, but for how
    frequent each is, where labels are written, and how long texts and lists are.
    """

    needs_base: ClassVar[bool] = True
    # On these kinds of base, it is what the untouched base answers by itself.
    stands_for: ClassVar[tuple[str, ...]] = ("decoder",)
    answers: ClassVar[tuple[str, ...]] = ("class", LABELS, *WRITTEN)
    summary: ClassVar[str] = (
        "the base as it is, without any training: it compares, is asked for labels, or writes"
    )

    temperature: float = knob(
        0.05, "divides cosines before they become probabilities", low=0.001, high=1.0, log=True
    )
    max_length: int | None = knob(
        None, "tokens read of a text; as many as the base reads without one", low=8, high=8192
    )

    beams: int = knob(1, "texts followed at once where texts are written", low=1, high=16)
    max_written: int | None = knob(
        None, "tokens written at most, where texts are; by the training targets without one", low=1, high=4096
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        task, base = situation.task, situation.base
        # Prompts are made to fit, whatever was asked for.
        if reads_to_write(task):
            return length_reasons(self.max_length, situation)
        if task.answer in WRITTEN:
            return ()
        if base is not None and base.kind == "decoder":
            return self.prompting_blockers(situation)
        if base is not None and task.answer == LABELS:
            return (cant_go_on(base),)
        if base is not None and base.kind != "encoder":
            return (
                *speechless(task),
                f"{base.name} is an {base.kind}, whose vectors do not compare texts and which can't be "
                "asked; name an encoder or a decoder with --base",
            )
        return (*speechless(task), *length_reasons(self.max_length, situation))

    def cost(self, situation: Situation) -> Cost:
        assert situation.base is not None
        if situation.base.kind == "decoder" and situation.task.answer not in WRITTEN:
            return self.prompting_cost(situation)
        shape, rows = situation.base.shape, situation.predict_rows + len(situation.profile.classes)
        if reads_to_write(situation.task):
            reading = 2.0 * writing_s(situation, rows, beams=self.beams, max_length=self.max_length)
        elif situation.task.answer in WRITTEN:
            reading = judged_replies_s(situation, rows)
        else:
            reading = reading_s(situation, rows, self.max_length)
        return Cost(
            seconds=OPENING_S + reading,
            peak_bytes=LIBRARIES_BYTES + 6.0 * shape.parameters + 8.0 * situation.predict_rows * shape.width,
        )

    def adapt(self, start: Model, split: Split, context: Context) -> Iterator[Checkpoint]:
        predictor = self._predictor(start, split, context)
        yield finished(self, start, predictor, split=split, context=context)

    def _predictor(self, start: Model, split: Split, context: Context) -> Predictor:
        if split.task.answer not in WRITTEN:
            asks = start.base is not None and start.base.kind == "decoder"
            return (self._asking if asks else self._comparing)(start, split, context)
        if reads_to_write(split.task):
            return self._writing(start, split, context)
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.prompted import prompted

        found: Predictor = prompted(start, split, context)
        return found

    def _asking(self, start: Model, split: Split, context: Context) -> Predictor:
        backbone = opened_to_ask(start, context)
        found: Predictor = self.prompted(backbone, split, context, max_length=self.max_length)
        return found

    def _comparing(self, start: Model, split: Split, context: Context) -> Predictor:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.models.features import pooled_features
        from headstart.models.tokenise import tokenise
        from headstart.models.unit import unit
        from headstart.train.opened import opened

        backbone = opened(start, context.device)
        length = self.max_length or backbone.info.max_length
        context.progress(0.0, "reading class names")
        sentences = [self.template.replace("{}", words) for words in label_words(*said(split.task))]
        examples = tokenise([sentences], backbone.tokenizer, length)
        vectors = pooled_features(
            backbone, examples, how=backbone.info.pooling, precision=context.precision, cache=None
        )
        predictor: Predictor = registry.load("predictors", "label_similarity")(
            backbone=backbone,
            task=split.task,
            labels=unit(vectors),
            temperature=self.temperature,
            max_length=length,
            precision=context.precision,
        )
        return predictor

    def _writing(self, start: Model, split: Split, context: Context) -> Predictor:
        from headstart.train.writing_workshop import opened_to_write
        from headstart.train.written_examples import writing_for

        backbone = opened_to_write(start, context.device)
        predictor: Predictor = registry.load("predictors", "seq2seq")(
            backbone=backbone,
            task=split.task,
            max_length=self.max_length or backbone.info.max_length,
            writing=writing_for(backbone, split.task, split.train, beams=self.beams, tokens=self.max_written),
            precision=context.precision,
        )
        return predictor
