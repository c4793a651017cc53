"""What a base has to read to be asked about labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.train.prompt_cost import question_tokens

if TYPE_CHECKING:
    from headstart.core.plan import Situation

# Labels that a base is asked about.
MOST_LABELS = 100
# The question may take this share of what the base reads; the rest is for texts.
QUESTION_SHARE = 0.5


def label_limits(situation: Situation, question: str, *, listed: bool) -> tuple[str, ...]:
    """Why a base can't be asked about so many labels or in so many words; empty when it can.

    Args:
        situation: what is asked about.
        question: what stands in a prompt beside its text, at its longest.
        listed: whether a question names all labels, or one of them.
    """
    base, labels = situation.base, len(situation.task.classes)
    if labels > MOST_LABELS:
        asked = (
            f"a question names {MOST_LABELS} labels" if listed else f"a base is asked of {MOST_LABELS} labels"
        )
        return (
            f"{asked} at most, and there are {labels}; strategies that learn, such as probe, tell more of "
            "them apart",
        )
    if base is None or question_tokens(question) <= QUESTION_SHARE * base.shape.positions:
        return ()
    takes = f"the question and its {labels} labels leave" if listed else "the question leaves"
    return (
        f"{takes} no room for a text among the {base.shape.positions} tokens that {base.name} reads; name a "
        "base that reads more with --base, or describe the labels in fewer words",
    )
