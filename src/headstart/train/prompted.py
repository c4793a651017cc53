"""An untouched decoder-only base that answers in conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.models.chat_template import ChatTemplate
from headstart.models.tokenise_dialogues import tokenise_dialogues
from headstart.train.answer_lengths import longest_answer
from headstart.train.opened import causal

if TYPE_CHECKING:
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.demonstrations import Demonstrations


def prompted(start: Model, split: Split, context: Context, *, shown: Demonstrations | None = None) -> Any:
    """The predictor of a base as it is; of the training rows it is told the length of answers.

    Args:
        start: what an adaptation starts from.
        split: rows of a task whose rows are conversations.
        context: the surroundings.
        shown: answered questions that come before each question, or None.

    Raises:
        BaseError: the base can't be opened, or is of another kind.
    """
    task: Any = split.task
    context.progress(0.0, "reading conversations")
    backbone = causal(start, context.device)
    positions = backbone.info.shape.positions
    template = ChatTemplate(backbone.tokenizer)
    train = tokenise_dialogues(task.dialogues(split.train), template, max_length=positions)
    return registry.load("predictors", "causal")(
        backbone=backbone,
        task=task,
        stops=train.stops,
        longest=longest_answer(train, positions),
        precision=context.precision,
        shown=shown,
        # A base that thinks aloud is not to, unless that is what answers are like.
        begun=template.begun if train.begin_with(template.begun) else (),
    )
