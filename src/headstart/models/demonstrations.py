"""Answered questions that are shown to a base before the one it is to answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.turns import ASSISTANT, SYSTEM, Turn, prompt_text, prompt_turns
from headstart.core.words import spans_of_words
from headstart.models.tokenise_dialogues import tokenise_prompts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jaxtyping import Int
    from numpy import ndarray

    from headstart.models.chat_template import ChatTemplate

# Texts compared at once.
_CHUNK = 1024


@dataclass(frozen=True, kw_only=True, eq=False)
class Demonstrations:
    """Conversations to choose from, and how many of them are shown.

    The ones nearest to a question in words are shown, the nearest last (Liu et al. 2022, "What makes good
    in-context examples for GPT-3?", section 2.2), or the same before every question.

    Args:
        dialogues: conversations that end with an answer.
        count: how many are shown at most; fewer where they don't fit.
        by_question: whether each question is shown those nearest to it, rather than all the first ones.
    """

    dialogues: tuple[tuple[Turn, ...], ...]
    count: int
    by_question: bool = True

    def spread(self, *, seed: int) -> Self:
        """As many as are shown, the same before every question, that lie far apart in words.

        By the seeding of k-means++ (Arthur and Vassilvitskii 2007, section 2.2).

        Args:
            seed: decides which one is the first.
        """
        from sklearn.cluster import kmeans_plusplus

        if not self.dialogues:
            return replace(self, by_question=False)
        distinct = len({_question(each[:-1]).casefold() for each in self.dialogues})
        _, places = kmeans_plusplus(self._index[1], min(self.count, distinct), random_state=seed)
        return self._shared(places)

    def drawn(self, *, seed: int) -> Self:
        """As many as are shown, the same before every question, drawn at random.

        Args:
            seed: decides which ones.
        """
        return self._shared(np.random.default_rng(seed).permutation(len(self.dialogues))[: self.count])

    def _shared(self, places: Int[ndarray, " shown"]) -> Self:
        return replace(self, dialogues=tuple(self.dialogues[int(each)] for each in places), by_question=False)

    def before(
        self, prompts: Sequence[tuple[Turn, ...]], template: ChatTemplate, *, room: int
    ) -> list[tuple[Turn, ...]]:
        """Questions with demonstrations before them, as `introduced` gives them."""
        return self.introduced(prompts, template, room=room)[0]

    def introduced(
        self, prompts: Sequence[tuple[Turn, ...]], template: ChatTemplate, *, room: int
    ) -> tuple[list[tuple[Turn, ...]], Int[ndarray, " prompts"]]:
        """Questions with demonstrations before them, as earlier turns of the same conversation.

        Args:
            prompts: what is said before each answer.
            template: how conversations are written.
            room: tokens that all of it may take; a question that takes more stays alone.

        Returns:
            the questions, and how many demonstrations each has.
        """
        places = self._chosen(prompts)
        shown = np.full(len(prompts), places.shape[1])
        waiting = np.arange(len(prompts)) if places.shape[1] else np.zeros(0, dtype=np.int64)
        found = list(prompts)
        while len(waiting):
            for row in waiting:
                chosen = [self.dialogues[int(each)] for each in places[row][: shown[row]][::-1]]
                found[int(row)] = _with(prompts[int(row)], chosen)
            tokens = tokenise_prompts([found[row] for row in waiting], template)
            long = np.array([len(each) > room for each in tokens], dtype=bool)
            waiting = waiting[long & (shown[waiting] > 0)]
            shown[waiting] -= 1
        return found, shown

    def save(self, path: Path) -> None:
        """Writes them as JSON."""
        told = {
            "count": self.count,
            "by_question": self.by_question,
            "dialogues": [prompt_text(each) for each in self.dialogues],
        }
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """The demonstrations that `save` wrote."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            dialogues=tuple(map(prompt_turns, told["dialogues"])),
            count=int(told["count"]),
            by_question=bool(told.get("by_question", True)),
        )

    def _chosen(self, prompts: Sequence[tuple[Turn, ...]]) -> Int[ndarray, "prompts shown"]:
        """Positions of those for each question, the nearest to it first; equals in their order."""
        most = min(self.count, len(self.dialogues))
        if not most or not len(prompts) or not self.by_question:
            return np.tile(np.arange(most, dtype=np.int64), (len(prompts), 1))
        words, known = self._index
        parts = []
        for start in range(0, len(prompts), _CHUNK):
            asked = words.transform([_question(each) for each in prompts[start : start + _CHUNK]])
            likeness = (asked @ known.T).toarray()
            parts.append(np.argsort(-likeness, axis=1, kind="stable")[:, :most])
        return np.concatenate(parts)

    @cached_property
    def _index(self) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        words = TfidfVectorizer(tokenizer=_words, token_pattern=None, sublinear_tf=True)
        return words, words.fit_transform([_question(each[:-1]) for each in self.dialogues])


def _words(text: str) -> list[str]:
    """Words and marks, those of one letter too."""
    return [text[start:stop] for start, stop in spans_of_words(text)]


def _question(turns: Sequence[Turn]) -> str:
    """What a conversation is compared by: all that was said, the system's part left out."""
    return "\n".join(each.content for each in turns if each.role != SYSTEM)


def _with(prompt: tuple[Turn, ...], shown: Sequence[tuple[Turn, ...]]) -> tuple[Turn, ...]:
    """The prompt after other conversations, under its own system message."""
    system = prompt[:1] if prompt[0].role == SYSTEM else ()
    said = [turn for each in shown for turn in each if turn.role != SYSTEM]
    assert not said or said[-1].role == ASSISTANT
    return (*system, *said, *prompt[len(system) :])
