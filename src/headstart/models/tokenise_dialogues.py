"""From conversations to token ids, and which of them are answers to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from headstart.core.examples import IGNORED, Examples
from headstart.core.turns import ASSISTANT, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jaxtyping import Int
    from numpy import ndarray
    from transformers import PreTrainedTokenizerBase

    from headstart.models.chat_template import ChatTemplate

# Where both don't fit, an answer leaves its question at least this share of the room.
QUESTION_SHARE = 0.25
# Characters of a stretch that a preview shows.
SHOWN = 240
_CHUNK = 8192


@dataclass(frozen=True, kw_only=True, eq=False)
class Dialogues:
    """Conversations as examples whose targets are the tokens of answers, each at the token before it.

    Args:
        examples: one for each conversation, the last token left out, since nothing follows it.
        stops: ids of the tokens that end answers, that which ends a text among them.
        cut_questions: conversations that lost tokens before their last answer.
        cut_answers: conversations whose last answer lost its end.
        lost_answers: earlier answers that are gone whole with the tokens before them.
        added_ends: answers after which the token that ends a text was put, as the template ends them with
            none.
        only_read: earlier answers that are not learnt, as the template writes them otherwise than the last.
    """

    examples: Examples
    stops: tuple[int, ...]
    cut_questions: int = 0
    cut_answers: int = 0
    lost_answers: int = 0
    added_ends: int = 0
    only_read: int = 0

    def begin_with(self, ids: Sequence[int]) -> bool:
        """Whether most last answers begin with these tokens."""
        assert self.examples.targets is not None
        every, begun = np.split(self.examples.targets, self.examples.offsets[1:-1]), 0
        for targets in every:
            asked = targets != IGNORED
            starts = np.flatnonzero(asked & ~np.concatenate([[False], asked[:-1]]))
            begun += len(starts) > 0 and targets[starts[-1] :][: len(ids)].tolist() == list(ids)
        return begun > len(every) / 2


@dataclass(frozen=True)
class _Stretch:
    """Tokens end to end, which of them belong to answers, and how many answers an end was put after."""

    ids: list[int]
    asked: list[bool]
    last: int
    added_ends: int = 0


@dataclass(frozen=True)
class _Fitted:
    """A conversation within the limit, and what was cut away of it."""

    stretch: _Stretch
    cut_question: bool = False
    cut_answer: bool = False
    lost_answers: int = 0


def tokenise_dialogues(
    dialogues: Sequence[Sequence[Turn]], template: ChatTemplate, *, max_length: int, last: bool = False
) -> Dialogues:
    """Token ids of conversations that end with an answer.

    What comes before an answer is cut into tokens apart from it, just as when the answer is yet to be
    given. An answer includes the token that ends the assistant's turn; where a template has none, the one
    that ends a text is appended. A conversation that is too long loses its oldest tokens first, and its
    last answer loses its end where it leaves the question no room: it is never cut away whole.

    Args:
        dialogues: the conversations.
        template: how they are written.
        max_length: tokens at most.
        last: whether only the last answer of each counts.
    """
    pieces = [_pieces(turns, template) for turns in dialogues]
    stretches = list(_stretches(pieces, template.tokenizer))
    stops = {int(template.tokenizer.eos_token_id), *map(_end_of, stretches)}
    fitted = [_fitted(each, max_length) for each in stretches]
    tokens, targets = [], []
    for stretch in (each.stretch for each in fitted):
        ids, asked = np.asarray(stretch.ids, dtype=np.int32), np.asarray(stretch.asked, dtype=bool)
        if last:
            asked[: stretch.last] = False
        tokens.append(ids[:-1])
        targets.append(np.where(asked[1:], ids[1:], IGNORED))
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    return Dialogues(
        examples=Examples(
            tokens=np.concatenate([np.zeros(0, dtype=np.int32), *tokens]),
            offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
            owners=np.arange(len(tokens), dtype=np.int64),
            targets=np.concatenate([np.zeros(0, dtype=np.int64), *targets]),
            goes_on=True,
        ),
        stops=tuple(sorted(stops)),
        cut_questions=sum(each.cut_question for each in fitted),
        cut_answers=sum(each.cut_answer for each in fitted),
        lost_answers=sum(each.lost_answers for each in fitted),
        added_ends=sum(each.added_ends for each in stretches),
        only_read=sum(map(_answers, dialogues)) - sum(answers for each in pieces for _, answers in each),
    )


def dialogue_lengths(
    dialogues: Sequence[Sequence[Turn]], template: ChatTemplate
) -> Int[ndarray, "dialogues 2"]:
    """Tokens of each conversation before its last answer, and of that answer with what ends it."""
    pieces = [_pieces(turns, template) for turns in dialogues]
    stretches = _stretches(pieces, template.tokenizer)
    found = [(each.last, sum(each.asked[each.last :])) for each in stretches]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def tokenise_prompts(dialogues: Sequence[Sequence[Turn]], template: ChatTemplate) -> list[list[int]]:
    """Token ids of conversations up to where the next answer begins, as in `tokenise_dialogues`."""
    answered = [(*turns, Turn(role=ASSISTANT, content=".")) for turns in dialogues]
    pieces = [_pieces(turns, template) for turns in answered]
    return [each.ids[: each.last] for each in _stretches(pieces, template.tokenizer)]


def prompt_examples(
    dialogues: Sequence[Sequence[Turn]], template: ChatTemplate, *, max_length: int
) -> Examples:
    """Conversations up to where the next answer begins as examples, which lose their oldest tokens."""
    tokens = [
        np.asarray(each[-max_length:], dtype=np.int32) for each in tokenise_prompts(dialogues, template)
    ]
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    return Examples(
        tokens=np.concatenate([np.zeros(0, dtype=np.int32), *tokens]),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
        owners=np.arange(len(tokens), dtype=np.int64),
        goes_on=True,
    )


def preview(examples: Examples, tokenizer: PreTrainedTokenizerBase, *, example: int = 0) -> str:
    """What is learnt of an example and what is only read, in the order of its tokens."""
    said = parts_shown(examples, tokenizer, example=example)
    return "; ".join(f"{'learnt' if asked else 'read'}: {text}" for asked, text in said)


def parts_shown(
    examples: Examples, tokenizer: PreTrainedTokenizerBase, *, example: int = 0
) -> list[tuple[bool, str]]:
    """Whether each part of an example is learnt, and the part within quotes."""
    assert examples.targets is not None
    first, stop = int(examples.offsets[example]), int(examples.offsets[example + 1])
    targets = examples.targets[first:stop]
    # The target of the last token is the token that was left out.
    ids = [*examples.tokens[first:stop].tolist(), *targets[-1:].tolist()]
    asked = [False, *(targets != IGNORED).tolist()]
    ids, asked = (ids, asked) if asked[-1] else (ids[:-1], asked[:-1])
    cuts = [0, *(np.flatnonzero(np.diff(asked)) + 1).tolist(), len(ids)]
    return [(asked[start], _shown(str(tokenizer.decode(ids[start:end])))) for start, end in pairwise(cuts)]


def _shown(text: str) -> str:
    """A text within quotes, its middle left out where it is long: how it begins and ends is what counts."""
    if len(text) <= SHOWN:
        return repr(text)
    half = SHOWN // 2
    return f"{text[:half]!r} ({len(text) - 2 * half:,} characters more) {text[-half:]!r}"


def _pieces(turns: Sequence[Turn], template: ChatTemplate) -> list[tuple[str, bool]]:
    """The text of a conversation in parts, each with whether it is an answer; answers end its parts."""
    whole, found, at = template.render(turns), list[tuple[str, bool]](), 0
    for place, turn in enumerate(turns):
        if turn.role != ASSISTANT:
            continue
        begin = template.render(turns[:place], asks=True)
        end = template.render(turns[: place + 1])
        if not (whole.startswith(end) and end.startswith(begin) and at <= len(begin)):
            return _last_piece(turns, template)
        found += [(whole[at : len(begin)], False), (whole[len(begin) : len(end)], True)]
        at = len(end)
    return found


def _answers(turns: Sequence[Turn]) -> int:
    return sum(turn.role == ASSISTANT for turn in turns)


def _last_piece(turns: Sequence[Turn], template: ChatTemplate) -> list[tuple[str, bool]]:
    """The last answer alone, for templates that write earlier answers in another way than the last."""
    begin, end = template.render(turns[:-1], asks=True), template.render(turns)
    if end.startswith(begin):
        return [(begin, False), (end[len(begin) :], True)]
    content = turns[-1].content.strip()
    at = end.rfind(content)
    tail = end[at + len(content) :] if at >= 0 else ""
    return [(begin, False), (content + tail, True)]


def _stretches(
    pieces: Sequence[Sequence[tuple[str, bool]]], tokenizer: PreTrainedTokenizerBase
) -> Iterable[_Stretch]:
    special = {*tokenizer.all_special_ids, *tokenizer.added_tokens_decoder}
    for start in range(0, len(pieces), _CHUNK):
        some = pieces[start : start + _CHUNK]
        texts = [text for each in some for text, _ in each]
        every = iter(_ids(texts, tokenizer))
        for each in some:
            ids, asked, last, added = list[int](), list[bool](), 0, 0
            for _, answers in each:
                part = next(every)
                told = [False] * len(part)
                if answers:
                    before = len(part)
                    part, told, last = *_ended(part, special, tokenizer), len(ids)
                    added += len(part) - before
                ids, asked = ids + part, asked + told
            yield _Stretch(ids, asked, last, added)


def _ids(texts: list[str], tokenizer: PreTrainedTokenizerBase) -> list[list[int]]:
    if not texts:
        return []
    found = tokenizer(
        texts,
        add_special_tokens=False,
        truncation=False,
        padding=False,
        return_attention_mask=False,
        return_token_type_ids=False,
        verbose=False,
    )
    return [list(each) for each in found["input_ids"]]


def _ended(
    part: list[int], special: set[int], tokenizer: PreTrainedTokenizerBase
) -> tuple[list[int], list[bool]]:
    """An answer with the token that ends it; blanks of the template after that are not asked for."""
    place = next((at for at in reversed(range(len(part))) if part[at] in special), None)
    if place is not None and not str(tokenizer.decode(part[place + 1 :])).strip():
        after = len(part) - place - 1
        return part, [True] * (place + 1) + [False] * after
    return [*part, int(tokenizer.eos_token_id)], [True] * (len(part) + 1)


def _end_of(stretch: _Stretch) -> int:
    """The token that ends the last answer."""
    return next(
        each for each, asked in zip(reversed(stretch.ids), reversed(stretch.asked), strict=True) if asked
    )


def _fitted(stretch: _Stretch, max_length: int) -> _Fitted:
    size = len(stretch.ids)
    if size <= max_length:
        return _Fitted(stretch)
    question, answer = stretch.last, size - stretch.last
    kept = max(min(question, max_length - answer), min(question, int(QUESTION_SHARE * max_length)))
    start, stop = question - kept, min(size, question + max_length - kept)
    ids, asked, gone = stretch.ids[start:stop], stretch.asked[start:stop], start
    if start and kept:
        # The first token often marks the beginning of a text.
        ids, asked, gone = [stretch.ids[0], *ids[1:]], [False, *asked[1:]], start + 1
    return _Fitted(
        _Stretch(ids, asked, kept),
        cut_question=start > 0,
        cut_answer=stop < size and any(stretch.asked[stop:]),
        lost_answers=sum(one and not other for one, other in pairwise(stretch.asked[: gone + 1])),
    )
