"""What to tell of conversations under a base before anything is fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.errors import DataError
from headstart.models.chat_template import PLAIN, ChatTemplate
from headstart.models.open_base import open_tokenizer
from headstart.models.tokenise_dialogues import preview, tokenise_dialogues, tokenise_prompts
from headstart.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo
    from headstart.core.turns import Turn

Dialogue = tuple["Turn", ...]


def dialogue_notes(
    info: BaseInfo, parts: Mapping[str, tuple[Sequence[int], Sequence[Dialogue]]], *, max_length: int
) -> tuple[str, ...]:
    """How conversations are written for a base, what is learnt of the first, and what is cut away.

    Args:
        info: the base.
        parts: row numbers and whole conversations by part; those to learn from under `train`.
        max_length: tokens of a conversation that are learnt from.

    Raises:
        BaseError: the tokenizer is missing, or has no token that ends a text.
        DataError: a conversation leaves the base no room for an answer; the message names its row.
    """
    template = ChatTemplate(open_tokenizer(info))
    for name, (numbers, dialogues) in parts.items():
        _check_room(info, template, name, numbers, dialogues)
    train = tokenise_dialogues(parts["train"][1], template, max_length=max_length)
    ends = ", ".join(repr(template.tokenizer.decode([each])) for each in train.stops)
    notes = [f"answers end with {ends}; {preview(train.examples, template.tokenizer)}"]
    if template.name == PLAIN:
        notes.insert(
            0,
            f"{info.name} has no chat template; conversations are written under plain headings "
            "(### Instruction, ### Response)",
        )
    whole = len(train.examples)
    if train.cut_questions:
        notes.append(
            f"{train.cut_questions:,} of {count(whole, 'training conversation')} have more than {max_length} "
            "tokens and lost the oldest; no answer was cut away whole"
        )
    if train.cut_answers:
        notes.append(f"{count(train.cut_answers, 'last answer')} of these lost the end as well")
    return tuple(notes)


def _check_room(
    info: BaseInfo, template: ChatTemplate, name: str, numbers: Sequence[int], dialogues: Sequence[Dialogue]
) -> None:
    positions = info.shape.positions
    prompts = tokenise_prompts([each[:-1] for each in dialogues], template)
    for number, prompt in zip(numbers, prompts, strict=True):
        if len(prompt) >= positions:
            raise DataError(
                f"row {number} ({name}) has {len(prompt)} tokens before its answer, and {info.name} reads "
                f"{positions}, the answer included; shorten or remove that row, or name another base"
            )
