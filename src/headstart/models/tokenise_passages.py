"""From questions and the texts they are asked of to token ids, and which tokens an answer may begin in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from headstart.core.examples import Examples
from headstart.core.rows import TEXT_SEPARATOR
from headstart.models.tokenise import backend_ready, token_for_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int
    from numpy import ndarray
    from tokenizers import Encoding, Tokenizer
    from transformers import PreTrainedTokenizerBase

CHUNK_ROWS = 1024


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many tokens a window has for what.

    Args:
        window: all of them.
        question: those of a question at most; the rest of it is cut off.
        overlap: those of the text that a window shares with the next one.
    """

    window: int
    question: int
    overlap: int

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Self:
        """Half of what special tokens leave for the question, and windows that overlap by half the rest."""
        free = max_length - tokenizer.num_special_tokens_to_add(pair=True)
        question = max(1, free // 2)
        return cls(window=max_length, question=question, overlap=(free - question) // 2)


def tokenise_passages(
    questions: Sequence[str],
    contexts: Sequence[str],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
) -> Examples:
    """Windows of question and text, special tokens included, each owned by its row.

    The pieces that an answer may begin and end in are told as words: one for each token of the text in each
    window and, first of all in a window, one of no length that stands for no answer. That is the token
    that marks the beginning (Devlin et al. 2019, section 4.3), or the last one where a base has no such mark.

    Args:
        questions: what is asked.
        contexts: the text beside each question.
        tokenizer: the base's tokenizer.
        max_length: tokens in a window at most.

    Raises:
        BaseError: the tokenizer is not backed by the `tokenizers` library.
    """
    room = Room.of(tokenizer, max_length)
    found = _Windows(nothing=token_for_nothing(tokenizer), mark=tokenizer.cls_token_id)
    with backend_ready(tokenizer, max_length, windows=True) as backend:
        asked, marks = _cut(questions, backend, room.question), _Marks.of(backend)
        backend.enable_truncation(room.window, stride=room.overlap, strategy="only_second")
        for first in range(0, len(contexts), CHUNK_ROWS):
            some = slice(first, first + CHUNK_ROWS)
            pairs = [
                (one + marks.between, other + marks.after)
                for one, other in zip(asked[some], contexts[some], strict=True)
            ]
            for encoding, text in zip(backend.encode_batch(pairs), contexts[some], strict=True):
                found.add(encoding, characters=len(text))
    typed = "token_type_ids" in tokenizer.model_input_names
    return found.examples(tuple(contexts), typed=typed)


def _cut(questions: Sequence[str], backend: Tokenizer, most: int) -> list[str]:
    """Questions of at most so many tokens."""
    backend.enable_truncation(most)
    kept = list[str]()
    for first in range(0, len(questions), CHUNK_ROWS):
        some = list(questions[first : first + CHUNK_ROWS])
        encodings = backend.encode_batch(some, add_special_tokens=False)
        for question, each in zip(some, encodings, strict=True):
            kept.append(question[: each.offsets[-1][1]] if each.overflowing else question)
    return kept


@dataclass(frozen=True, kw_only=True)
class _Marks:
    """What has to part question and text, and to end it, where a tokenizer has no marks for that."""

    between: str
    after: str

    @classmethod
    def of(cls, backend: Tokenizer) -> Self:
        backend.no_truncation()
        encoding = backend.encode("a", "a")
        special = np.asarray(encoding.special_tokens_mask, dtype=bool)
        words = np.flatnonzero(~special)
        return cls(
            between="" if special[words[0] : words[-1]].any() else TEXT_SEPARATOR,
            after="" if special[-1] else TEXT_SEPARATOR,
        )


class _Windows:
    """Windows as they come, row by row."""

    def __init__(self, *, nothing: int, mark: int | None) -> None:
        self._nothing, self._mark = nothing, mark
        self._tokens, self._segments = list[np.ndarray](), list[np.ndarray]()
        self._words, self._spans = list[np.ndarray](), list[np.ndarray]()
        self._lengths, self._owners, self._sizes = list[int](), list[int](), list[int]()

    def add(self, encoding: Encoding, *, characters: int) -> None:
        """The windows of the next row, whose text has so many characters."""
        pieces = 0
        for each in (encoding, *encoding.overflowing):
            ids = np.asarray(each.ids or [self._nothing], dtype=np.int32)
            none = 0 if ids[0] == self._mark else len(ids) - 1
            places, spans = _pieces(each, characters, none=none)
            words = np.full(len(ids), -1, dtype=np.int64)
            words[none] = pieces
            words[places] = pieces + 1 + np.arange(len(places))
            self._tokens.append(ids)
            self._segments.append(np.asarray(each.type_ids or [0], dtype=np.int8))
            self._words.append(words)
            self._spans += [np.zeros((1, 2), dtype=np.int64), spans]
            self._lengths.append(len(ids))
            self._owners.append(len(self._sizes))
            pieces += 1 + len(places)
        self._sizes.append(pieces)

    def examples(self, texts: tuple[str, ...], *, typed: bool) -> Examples:
        """All of them end to end."""
        return Examples(
            tokens=np.concatenate([np.zeros(0, dtype=np.int32), *self._tokens]),
            offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self._lengths, dtype=np.int64)]),
            owners=np.asarray(self._owners, dtype=np.int64),
            segments=np.concatenate([np.zeros(0, dtype=np.int8), *self._segments]) if typed else None,
            words=np.concatenate([np.zeros(0, dtype=np.int64), *self._words]),
            sizes=np.asarray(self._sizes, dtype=np.int64),
            spans=np.concatenate([_no_spans(), *self._spans]),
            texts=texts,
        )


def _pieces(
    encoding: Encoding, characters: int, *, none: int
) -> tuple[Int[ndarray, " pieces"], Int[ndarray, "pieces 2"]]:
    """Which tokens of a window are of the text, and where each starts and ends in it."""
    if not encoding.ids:
        return np.zeros(0, dtype=np.int64), _no_spans()
    spans = np.minimum(np.asarray(encoding.offsets, dtype=np.int64), characters)
    # Where there is no post-processor, tokens of the text are not marked as such after the first window.
    second = np.fromiter((each != 0 for each in encoding.sequence_ids), dtype=bool, count=len(spans))
    special = np.asarray(encoding.special_tokens_mask, dtype=bool)
    # A token of no length, such as a mark of a space that is not there, is no place for an answer.
    places = np.flatnonzero(second & ~special & (spans[:, 1] > spans[:, 0]))
    places = places[places != none]
    return places, spans[places]


def _no_spans() -> Int[ndarray, "0 2"]:
    return np.zeros((0, 2), dtype=np.int64)
