"""What strategies that ask a decoder-only base for labels have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart import registry
from headstart.core.knob import knob
from headstart.train.label_limits import label_limits
from headstart.train.label_lists import BETWEEN, label_lists, label_shares, most_labels, none_word
from headstart.train.label_words import said, speechless, spoken_words, statements
from headstart.train.prompt_cost import prompt_cost, written_cost, yes_no_cost
from headstart.train.work import memory_reasons

if TYPE_CHECKING:
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Cost, Situation
    from headstart.core.split import Split
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.models.label_demonstrations import LabelDemonstrations
    from headstart.models.statement_demonstrations import StatementDemonstrations
    from headstart.train.prompt_cost import Shown

# Answers of any number of labels a row.
LABELS = "labels"
# How a label of several tokens is scored.
SUM, MEAN = "sum", "mean"
# Where a label comes from.
LIKELIHOOD, GENERATED = "likelihood", "generated"
# What a base is told where nobody has said: of one label a row, of a list of them, and of each by itself.
CHOOSE = "Choose the label that fits the text."
LIST = "Name all labels that fit the text with commas between them, or say {} where there is no such label."
JUDGE = "Say whether the statement about the text is true. Answer yes or no."
# The answers to a statement.
YES_NO = ("yes", "no")
# Labels in a list, where it is not known yet how many rows have.
USUAL = 3


@dataclass(frozen=True, kw_only=True)
class LabelPrompting:
    """Asks a base which label fits a text, and takes the one whose words it finds likeliest, or writes.

    Where a row may have any number of labels, it is asked yes or no of each, or writes a list of them.
    """

    instruction: str | None = knob(
        None, "what a decoder is told at the head of a prompt; what the task asks for without one"
    )
    template: str = knob(
        "This text is about {}.",
        "sentence that a label's name or description is put into, to be judged true or not where a row may "
        "have several labels, or to be compared with texts where the base is an encoder",
    )
    answer: str = knob(
        LIKELIHOOD,
        "how a decoder gives labels: those whose words it finds likeliest, asked yes or no of each where a "
        "row may have several; or those that it names in what it writes",
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

    def judges(self, task: Task) -> bool:
        """Whether a base is asked yes or no of each label."""
        return task.answer == LABELS and self.answer != GENERATED

    def prompting_blockers(self, situation: Situation) -> tuple[str, ...]:
        """Why a base can't be asked for these labels, in plain words; empty when it can."""
        task, judges = situation.task, self.judges(situation.task)
        reasons = list(speechless(task))
        if self.answer == GENERATED and self.scoring is not None:
            reasons.append(
                f"scoring={self.scoring} is how likelihoods are added up, and a label that is written has "
                "none; leave it out, or set answer=likelihood"
            )
        if judges and "{}" not in self.template:
            reasons.append(
                f"template={self.template!r} says the same of every label; put {{}} where its words go"
            )
        question = self.asked(task)
        if judges:
            question = f"{question} {max(statements(task, self.template), key=len)}"
        reasons += label_limits(situation, question, listed=not judges)
        return (*reasons, *memory_reasons(self.prompting_cost(situation), situation.machine))

    def prompting_cost(self, situation: Situation, shown: Shown | None = None) -> Cost:
        """Predicted seconds and peak bytes of asking for the labels of rows.

        Args:
            situation: what is asked about.
            shown: what stands before a question, or None.
        """
        task = situation.task
        if self.judges(task):
            return yes_no_cost(situation, self.asked(task), statements(task, self.template), shown=shown)
        words = spoken_words(*said(task))
        if task.answer == LABELS:
            words = (BETWEEN.join(sorted(words, key=len)[-USUAL:]),)
        cost = written_cost if self.answer == GENERATED else prompt_cost
        return cost(situation, self.asked(task), words, shown=shown)

    def asked(self, task: Task) -> str:
        """The instruction, with the labels and what they mean where a question names all of them."""
        if self.judges(task):
            return self.instruction or JUDGE
        classes, describe = said(task)
        words = spoken_words(classes, describe)
        told = self.instruction or (LIST.format(none_word(words)) if task.answer == LABELS else CHOOSE)
        means = [describe.get(name) or spoken for name, spoken in zip(classes, words, strict=True)]
        if all(spoken == meaning for spoken, meaning in zip(words, means, strict=True)):
            return f"{told} The labels are: {', '.join(words)}."
        lines = (
            f"- {spoken}" if spoken == meaning else f"- {spoken}: {meaning}"
            for spoken, meaning in zip(words, means, strict=True)
        )
        return "\n".join([f"{told} The labels are:", *lines])

    def answers_of(self, split: Split) -> list[str]:
        """What a base should say of each training row, where a question names all labels."""
        gold, words = np.asarray(split.task.gold(split.train)), spoken_words(*said(split.task))
        if split.task.answer == LABELS:
            return label_lists(gold, words)
        return [words[int(each)] for each in gold]

    def prompted(
        self,
        backbone: Backbone,
        split: Split,
        context: Context,
        *,
        max_length: int | None = None,
        shown: LabelDemonstrations | StatementDemonstrations | None = None,
    ) -> Any:
        """The predictor that asks.

        Args:
            backbone: a decoder-only network with the layer that scores words.
            split: its columns are those that are asked about.
            context: the surroundings.
            max_length: tokens that are read of a text at most, or None.
            shown: what stands before a question, or None: before a statement, where the base judges some.
        """
        name, own = self._way(split)
        return registry.load("predictors", name)(
            backbone=backbone,
            task=split.task,
            instruction=self.asked(split.task),
            columns=split.train.columns.text,
            max_length=max_length,
            shown=shown,
            precision=context.precision,
            **own,
        )

    def _way(self, split: Split) -> tuple[str, dict[str, Any]]:
        """The predictor that asks in this way, and what it alone has to know."""
        task, words = split.task, spoken_words(*said(split.task))
        if self.judges(task):
            about = statements(task, self.template)
            return "yes_or_no", {"words": YES_NO, "statements": about, "calibrated": self.calibrated}
        if task.answer == LABELS:
            gold = task.gold(split.train)
            room: dict[str, Any] = {"most": most_labels(gold), "none": none_word(words)}
            return "written_labels", {"words": words, "shares": label_shares(gold), **room}
        if self.answer == GENERATED:
            return "written_label", {"words": words, "shares": _shares(split)}
        mean = self.scoring == MEAN or (self.scoring is None and not self.calibrated)
        return "label_likelihood", {"words": words, "calibrated": self.calibrated, "mean": mean}


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
