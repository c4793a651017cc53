"""What it takes to ask a decoder-only base of each label whether a text has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.train.label_prompting import (
    GENERATED,
    JUDGE,
    MOST_LABELS,
    QUESTION_SHARE,
    YES_NO,
    LabelPrompting,
    said,
    speechless,
)
from headstart.train.label_words import label_words
from headstart.train.prompt_cost import question_tokens, yes_no_cost
from headstart.train.work import memory_reasons

if TYPE_CHECKING:
    from headstart.core.context import Context
    from headstart.core.plan import Cost, Situation
    from headstart.core.split import Split
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone


def statements(task: Task, template: str) -> tuple[str, ...]:
    """What is said of a text that has a label, one for each label.

    Args:
        task: any number of labels a row.
        template: a sentence with `{}` where the words of a label go.
    """
    return tuple(template.replace("{}", words) for words in label_words(*said(task)))


def judging_blockers(asking: LabelPrompting, situation: Situation, template: str) -> tuple[str, ...]:
    """Why a base can't be asked of each label, in plain words; empty when it can."""
    base, task = situation.base, situation.task
    assert base is not None
    reasons, labels = list(speechless(task)), len(task.classes)
    if asking.answer == GENERATED:
        reasons.append(
            "answer=generated is read as one label, and here each row may have any number, so that a base "
            "is asked yes or no of each; leave it out"
        )
    if labels > MOST_LABELS:
        reasons.append(
            f"a base is asked of {MOST_LABELS} labels at most, and there are {labels}; "
            "strategies that learn, such as probe, tell more of them apart"
        )
    longest = max(statements(task, template), key=len)
    if question_tokens(f"{asking.instruction or JUDGE} {longest}") > QUESTION_SHARE * base.shape.positions:
        reasons.append(
            f"the question leaves no room for a text among the {base.shape.positions} tokens that "
            f"{base.name} reads; name a base that reads more with --base, or describe the labels in fewer "
            "words"
        )
    return (*reasons, *memory_reasons(judging_cost(asking, situation, template), situation.machine))


def judging_cost(asking: LabelPrompting, situation: Situation, template: str) -> Cost:
    """Predicted seconds and peak bytes of asking of each label of rows."""
    return yes_no_cost(situation, asking.instruction or JUDGE, statements(situation.task, template))


def judging(
    asking: LabelPrompting,
    backbone: Backbone,
    split: Split,
    *,
    context: Context,
    template: str,
    max_length: int | None = None,
) -> Any:
    """The predictor that asks.

    Args:
        asking: how.
        backbone: a decoder-only network with the layer that scores words.
        split: its columns are those that are asked about.
        context: the surroundings.
        template: a sentence with `{}` where the words of a label go.
        max_length: tokens that are read of a text at most, or None.
    """
    return registry.load("predictors", "yes_or_no")(
        backbone=backbone,
        task=split.task,
        instruction=asking.instruction or JUDGE,
        words=YES_NO,
        columns=split.train.columns.text,
        statements=statements(split.task, template),
        calibrated=asking.calibrated,
        max_length=max_length,
        precision=context.precision,
    )
