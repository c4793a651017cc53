"""What strategies that ask a decoder-only base for labels have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart import registry
from headstart.core.knob import knob
from headstart.train.label_words import spoken_words, without_words
from headstart.train.prompt_cost import prompt_cost, question_tokens, written_cost
from headstart.train.work import memory_reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Cost, Situation
    from headstart.core.split import Split
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.models.label_demonstrations import LabelDemonstrations
    from headstart.train.prompt_cost import Shown

# Labels that one question may name, and names of labels in a message.
MOST_LABELS, MOST_NAMED = 100, 5
# The question may take this share of what the base reads; the rest is for texts.
QUESTION_SHARE = 0.5
# How a label of several tokens is scored.
SUM, MEAN = "sum", "mean"
# Where a label comes from.
LIKELIHOOD, GENERATED = "likelihood", "generated"
# What a base is told where nobody has said: of one label a row, and of any number of them.
CHOOSE = "Choose the label that fits the text."
JUDGE = "Say whether the statement about the text is true. Answer yes or no."
# The answers to a statement.
YES_NO = ("yes", "no")


@dataclass(frozen=True, kw_only=True)
class LabelPrompting:
    """Asks a base which label fits a text, and takes the one whose words it finds likeliest, or writes."""

    instruction: str | None = knob(
        None, "what a decoder is told at the head of a prompt; what the task asks for without one"
    )
    answer: str = knob(
        LIKELIHOOD,
        "how a decoder gives one label a row: the one whose words it finds likeliest, or the one that it "
        "names in what it writes",
        choices=(LIKELIHOOD, GENERATED),
    )
    calibrated: bool = knob(
        True,
        "whether a label's probability is divided by the one it has after texts without content",
        choices=(True, False),
    )
    scoring: str | None = knob(
        None,
        "how a decoder's log-probabilities of a label's tokens become one: their sum, or their mean; the sum "
        "where it is calibrated without one, else the mean",
        choices=(None, SUM, MEAN),
    )

    def prompting_blockers(self, situation: Situation) -> tuple[str, ...]:
        """Why a base can't be asked for these labels, in plain words; empty when it can."""
        base, classes = situation.base, situation.task.classes
        reasons = list(speechless(situation.task))
        if self.answer == GENERATED and self.scoring is not None:
            reasons.append(
                f"scoring={self.scoring} is how likelihoods are added up, and a label that is written has "
                "none; leave it out, or set answer=likelihood"
            )
        if len(classes) > MOST_LABELS:
            reasons.append(
                f"a question names {MOST_LABELS} labels at most, and there are {len(classes)}; "
                "strategies that learn, such as probe, tell more of them apart"
            )
        elif base is not None and question_tokens(self.asked(situation.task)) > (
            QUESTION_SHARE * base.shape.positions
        ):
            reasons.append(
                f"the question and its {len(classes)} labels leave no room for a text among the "
                f"{base.shape.positions} tokens that {base.name} reads; name a base that reads more with "
                "--base, or describe the labels in fewer words"
            )
        return (*reasons, *memory_reasons(self.prompting_cost(situation), situation.machine))

    def prompting_cost(self, situation: Situation, shown: Shown | None = None) -> Cost:
        """Predicted seconds and peak bytes of asking for the labels of rows.

        Args:
            situation: what is asked about.
            shown: what stands before a question, or None.
        """
        task, cost = situation.task, written_cost if self.answer == GENERATED else prompt_cost
        return cost(situation, self.asked(task), spoken_words(*said(task)), shown=shown)

    def asked(self, task: Task) -> str:
        """The instruction with the labels, and what they mean where that was said beside their names."""
        classes, describe = said(task)
        told, words = self.instruction or CHOOSE, spoken_words(classes, describe)
        means = [describe.get(name) or spoken for name, spoken in zip(classes, words, strict=True)]
        if all(spoken == meaning for spoken, meaning in zip(words, means, strict=True)):
            return f"{told} The labels are: {', '.join(words)}."
        lines = (
            f"- {spoken}" if spoken == meaning else f"- {spoken}: {meaning}"
            for spoken, meaning in zip(words, means, strict=True)
        )
        return "\n".join([f"{told} The labels are:", *lines])

    def prompted(
        self,
        backbone: Backbone,
        split: Split,
        context: Context,
        *,
        max_length: int | None = None,
        shown: LabelDemonstrations | None = None,
    ) -> Any:
        """The predictor that asks.

        Args:
            backbone: a decoder-only network with the layer that scores words.
            split: its columns are those that are asked about.
            context: the surroundings.
            max_length: tokens that are read of a text at most, or None.
            shown: what stands before a question, or None.
        """
        mean = self.scoring == MEAN or (self.scoring is None and not self.calibrated)
        own: dict[str, Any] = {"calibrated": self.calibrated, "mean": mean}
        if self.answer == GENERATED:
            own = {"shares": _shares(split)}
        return registry.load(
            "predictors", "written_label" if self.answer == GENERATED else "label_likelihood"
        )(
            backbone=backbone,
            task=split.task,
            instruction=self.asked(split.task),
            words=spoken_words(*said(split.task)),
            columns=split.train.columns.text,
            max_length=max_length,
            shown=shown,
            precision=context.precision,
            **own,
        )


def opened_to_ask(start: Model, context: Context) -> Backbone:
    """The decoder that an adaptation starts from, with the layer that scores words.

    Raises:
        BaseError: it can't be opened, or is of another kind.
    """
    # torch takes seconds to import and is needed for a fit alone.
    from headstart.train.opened import causal

    context.progress(0.0, "opening the base")
    return causal(start, context.device)


def _shares(split: Split) -> tuple[float, ...]:
    """The share of each label among the training rows, by the rule of succession: none is impossible."""
    labels = len(split.task.classes)
    counts = np.bincount(np.asarray(split.task.gold(split.train), dtype=np.int64), minlength=labels) + 1.0
    return tuple(float(each) for each in counts / counts.sum())


def said(task: Task) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The classes of a task, and what was said of their meaning."""
    return task.classes, getattr(task, "describe", {})


def speechless(task: Task) -> tuple[str, ...]:
    """The reason against asking in words for labels that say nothing; empty where all do."""
    dumb = without_words(*said(task))
    if not dumb:
        return ()
    named = ", ".join(map(repr, dumb[:MOST_NAMED])) + (" and others" if len(dumb) > MOST_NAMED else "")
    return (f'the labels {named} do not say in words what they mean; say it with --describe {dumb[0]}="..."',)
