"""What to tell of conversations under a base before anything is fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.errors import BaseError, DataError
from headstart.models.chat_template import PLAIN, ChatTemplate
from headstart.models.open_base import open_tokenizer
from headstart.models.tokenise_dialogues import dialogue_lengths, parts_shown, preview, tokenise_dialogues
from headstart.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo
    from headstart.core.turns import Turn
    from headstart.models.tokenise_dialogues import Dialogues

Dialogue = tuple["Turn", ...]
TRAIN = "train"


def dialogue_notes(
    info: BaseInfo, parts: Mapping[str, tuple[Sequence[int], Sequence[Dialogue]]], *, max_length: int
) -> tuple[str, ...]:
    """How conversations are written for a base, what ends answers, and what is cut, in no word of theirs.

    Args:
        info: the base, with as many positions as are left for a conversation.
        parts: row numbers and whole conversations by part; those to learn from under `train`.
        max_length: tokens of a conversation that are learnt from.

    Raises:
        BaseError: the tokenizer is missing, has no token that ends a text, or gives a token a number that the
            base has no vector for.
        DataError: a conversation leaves the base no room for an answer, or has an answer that the base can't
            write; the message names its row.
    """
    template = ChatTemplate(open_tokenizer(info))
    notes = [] if template.name != PLAIN else [_plain(info)]
    judged = list[str]()
    for name, (numbers, dialogues) in parts.items():
        judged += _check_room(info, template, name, numbers, dialogues)
    train = tokenise_dialogues(parts[TRAIN][1], template, max_length=max_length)
    _check_marks(info, template, train)
    return (*notes, *_ends(info, template, train), *_cuts(train, max_length), *judged)


def dialogue_preview(info: BaseInfo, dialogue: Dialogue, *, max_length: int) -> str:
    """What is learnt of a conversation and what is only read, in its own words.

    Args:
        info: the base.
        dialogue: a whole conversation.
        max_length: tokens of a conversation that are learnt from.
    """
    template = ChatTemplate(open_tokenizer(info))
    found = tokenise_dialogues([dialogue], template, max_length=max_length)
    return f"the first conversation under {info.name}: {preview(found.examples, template.tokenizer)}"


def pair_preview(info: BaseInfo, preferred: Dialogue, rejected: Dialogue, *, max_length: int) -> str:
    """What is only read of a pair of conversations, and the two answers, in their own words.

    Args:
        info: the base.
        preferred: a whole conversation.
        rejected: the same with the other last answer.
        max_length: tokens of a conversation that are learnt from.
    """
    template = ChatTemplate(open_tokenizer(info))
    told = []
    for dialogue in (preferred, rejected):
        found = tokenise_dialogues([dialogue], template, max_length=max_length, last=True)
        told.append(parts_shown(found.examples, template.tokenizer))
    # A template may write something after the answer, which is only read.
    better, worse = ([text for learnt, text in parts if learnt][-1] for parts in told)
    before = [text for learnt, text in told[0] if not learnt][:1]
    said = "".join(f"read: {text}; " for text in before)
    return f"the first pair under {info.name}: {said}preferred: {better}; rejected: {worse}"


def _plain(info: BaseInfo) -> str:
    return (
        f"{info.name} has no chat template; conversations are written under plain headings "
        "(### Instruction, ### Response)"
    )


def _ends(info: BaseInfo, template: ChatTemplate, train: Dialogues) -> list[str]:
    tokenizer = template.tokenizer
    notes = ["answers end with " + ", ".join(repr(tokenizer.decode([each])) for each in train.stops)]
    if train.added_ends:
        notes.append(
            f"the chat template of {info.name} ends {count(train.added_ends, 'answer')} with no token of its "
            f"own; {tokenizer.eos_token!r}, which ends a text, is put after them"
        )
    if train.only_read:
        earlier = count(train.only_read, "earlier answer is", "earlier answers are")
        notes.append(
            f"the chat template of {info.name} writes an answer otherwise once more is said, so that only "
            f"last answers are learnt; {earlier} read"
        )
    return notes


def _cuts(train: Dialogues, max_length: int) -> list[str]:
    if not train.cut_questions and not train.cut_answers:
        return []
    cut = max(train.cut_questions, train.cut_answers)
    notes = [
        f"{cut:,} of {count(len(train.examples), 'training conversation')} have more than {max_length} "
        f"tokens and lost the oldest, {count(train.lost_answers, 'earlier answer')} with them; no last "
        "answer was cut away whole"
    ]
    if train.cut_answers:
        notes.append(f"{count(train.cut_answers, 'last answer')} of these lost the end as well")
    return notes


def _check_room(
    info: BaseInfo, template: ChatTemplate, name: str, numbers: Sequence[int], dialogues: Sequence[Dialogue]
) -> list[str]:
    """What to tell of the conversations of a part that are judged by no more than fits."""
    positions = info.shape.positions
    lengths = dialogue_lengths(dialogues, template)
    for number, (before, answer) in zip(numbers, lengths.tolist(), strict=True):
        if before >= positions:
            raise DataError(
                f"row {number} ({name}) has {before} tokens before its answer, and {info.name} reads "
                f"{positions}, the answer included; shorten or remove that row, or name another base"
            )
        if answer >= positions:
            raise DataError(
                f"row {number} ({name}) has an answer of {answer} tokens, and {info.name} can write fewer "
                f"than {positions}, the question included; shorten or remove that row, or name another base"
            )
    over = int((lengths.sum(axis=1) > positions).sum())
    if name == TRAIN or not over:
        return []
    return [
        f"{over:,} of {count(len(lengths), f'{name} conversation')} have more than the {positions} tokens "
        f"that {info.name} reads; what does not fit of them is not counted in likelihoods"
    ]


def _check_marks(info: BaseInfo, template: ChatTemplate, train: Dialogues) -> None:
    """Every token that is read or learnt has a vector; one to pad by that has none is replaced at opening.

    Raises:
        BaseError: one has none.
    """
    known = info.shape.vocabulary
    greatest = max(int(train.examples.tokens.max(initial=0)), *train.stops)
    if greatest >= known:
        raise BaseError(
            f"the tokenizer of {info.name} writes {template.tokenizer.decode([greatest])!r}, the token "
            f"{greatest}, and the base has vectors for {known:,} tokens, the last of which is {known - 1}; "
            "tokenizer and weights do not belong together: fetch both again, or name another base"
        )
