"""Prompts that fit into what a base reads: fewer demonstrations first, then the end of the text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.models.label_prompt import LabelPrompt
    from headstart.models.question import Answered, Question


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedPrompts:
    """Prompts as they fit.

    Args:
        tokens: ids of each prompt.
        shown: answered questions that each shows.
        lacking: whether each shows fewer than it should, for want of room.
        shorter: whether the text of each lost its end.
    """

    tokens: list[list[int]]
    shown: list[tuple[Answered, ...]]
    lacking: list[bool]
    shorter: list[bool]

    @property
    def fewer(self) -> int:
        """Prompts that show fewer than they should."""
        return sum(self.lacking)

    @property
    def cut(self) -> int:
        """Prompts whose text lost its end."""
        return sum(self.shorter)


def fitted_prompts(
    prompt: LabelPrompt,
    asked: Sequence[Question],
    shown: Sequence[tuple[Answered, ...]] = (),
    *,
    spare: int = 0,
    max_length: int | None = None,
) -> FittedPrompts:
    """The prompts of questions; where the label stands is never cut away.

    Args:
        prompt: how it is asked.
        asked: the questions.
        shown: answered questions before each, the first of which are left out first; none without it.
        spare: tokens that have to stay free beside demonstrations.
        max_length: tokens that are read of a text at most, or None.

    Raises:
        SettingError: what may not be cut of a row takes all the room there is.
    """
    wanted = list(shown) or [()] * len(asked)
    read = [_limited(prompt, each, max_length) for each in asked]
    fits = _fewer(prompt, read, wanted, room=prompt.room - spare)
    tokens = prompt.ids([prompt.text(*each) for each in zip(read, fits, strict=True)])
    for place, ids in enumerate(tokens):
        if len(ids) > prompt.room:
            read[place], tokens[place] = _shorter(prompt, read[place], ids)
    return FittedPrompts(
        tokens=tokens,
        shown=fits,
        lacking=[len(one) > len(other) for one, other in zip(wanted, fits, strict=True)],
        shorter=[one is not other for one, other in zip(asked, read, strict=True)],
    )


def _fewer(
    prompt: LabelPrompt, asked: Sequence[Question], shown: Sequence[tuple[Answered, ...]], *, room: int
) -> list[tuple[Answered, ...]]:
    """Takes the first demonstration from prompts that are too long, until they fit or none is left."""
    found = list(shown)
    waiting = [place for place, each in enumerate(found) if each]
    while waiting:
        tokens = prompt.ids([prompt.text(asked[place], found[place]) for place in waiting])
        waiting = [place for place, ids in zip(waiting, tokens, strict=True) if len(ids) > room]
        for place in waiting:
            found[place] = found[place][1:]
        waiting = [place for place in waiting if found[place]]
    return found


def _limited(prompt: LabelPrompt, question: Question, max_length: int | None) -> Question:
    # A token is a byte at least.
    if max_length is None or len(question.text.encode()) <= max_length:
        return question
    return _cut(prompt, question, max_length)


def _shorter(prompt: LabelPrompt, question: Question, ids: list[int]) -> tuple[Question, list[int]]:
    """A question that stands alone, with as much of its text as there is room for."""
    size, over = len(prompt.plain_ids([question.text])[0]), len(ids) - prompt.room
    while over > 0 and size > 0:
        size = max(0, size - over)
        question = _cut(prompt, question, size)
        (ids,) = prompt.ids([prompt.text(question)])
        over = len(ids) - prompt.room
    if over > 0:
        raise SettingError(
            f"the columns beside a text leave it no room among the {prompt.positions} tokens that "
            f"{prompt.tokenizer.name_or_path} reads; name fewer of them with --columns"
        )
    return question, ids


def _cut(prompt: LabelPrompt, question: Question, tokens: int) -> Question:
    """The question with so many tokens of its text at most."""
    found = prompt.tokenizer(
        question.text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
    )
    ends = [end for _, end in found["offset_mapping"]]
    if len(ends) <= tokens:
        return question
    return replace(question, text=question.text[: ends[tokens - 1]] if tokens else "")
