"""How a decoder-only base is asked which label a text has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from headstart.core.turns import ASSISTANT, SYSTEM, USER, Turn
from headstart.errors import BaseError, SettingError
from headstart.models.chat_template import ChatTemplate
from headstart.models.question import CONTENT_FREE, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedTokenizerBase

    from headstart.models.question import Answered

# Tokens of a text that a prompt has room for at least.
LEAST_TEXT = 16
# Tokens of a prompt at most: attention over more is dear.
MOST_TOKENS = 4096
_LETTER = "a"
_EXAMPLE = Question(text=CONTENT_FREE[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelPrompt:
    """Instruction, answered questions, and the question, up to where the label stands.

    A base with a chat template is asked in a conversation: the instruction is the system's part, or stands
    before the first question where the template knows none, and each question is the user's. Another goes on
    with a plain text, in blocks of `Text:` and `Label:`, or whatever heading an answer has.

    Args:
        tokenizer: the base's.
        instruction: what is to be done.
        words: the words of each label.
        positions: tokens that the base reads.
        heading: what stands before an answer in a plain text.
        listed: labels that an answer may have.
        beside: tokens that an answer may have beside those of its labels, each taken for the longest.
    """

    tokenizer: PreTrainedTokenizerBase
    instruction: str
    words: tuple[str, ...]
    positions: int
    heading: str = "Label"
    listed: int = 1
    beside: int = 0

    def text(self, question: Question, shown: Sequence[Answered] = ()) -> str:
        """The prompt as a text, without what a tokenizer puts before every text."""
        if self._template is None:
            blocks = [self._block(each.question, f" {each.answer}") for each in shown]
            return "\n\n".join([self.instruction, *blocks, self._block(question, "")])
        # A label stands where the template puts the words of an answer.
        return self._template.render(self._turns(question, shown), asks=True) + self._template.opening

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of prompts."""
        return [[*self._beginning, *each] for each in self.plain_ids(texts)]

    def plain_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of texts and nothing else."""
        if not texts:
            return []
        found = self.tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [list(each) for each in found["input_ids"]]

    @cached_property
    def labels(self) -> tuple[tuple[int, ...], ...]:
        """Token ids of each label as they follow a prompt.

        Where the words of one label begin those of another, each is followed by what ends an answer, so that
        the shorter one is no likelier for being shorter.

        Raises:
            SettingError: the base has the same tokens for two labels.
        """
        before = self.text(_EXAMPLE)
        answers = self._answers
        found = [tuple(self._after(before, each)) for each in answers]
        for place, ids in enumerate(found):
            if not ids or ids in found[:place]:
                other = self.words[found.index(ids)]
                raise SettingError(
                    f"{self.tokenizer.name_or_path} reads the labels {other!r} and {self.words[place]!r} as "
                    'the same tokens; tell them apart with --describe LABEL="other words"'
                )
        if not any(one != other and other[: len(one)] == one for one in found for other in found):
            return tuple(found)
        ends = [self._after(before + each, self._end(place)) for place, each in enumerate(answers)]
        return tuple((*ids, *end[:1]) for ids, end in zip(found, ends, strict=True))

    @cached_property
    def room(self) -> int:
        """Tokens that a prompt may have, so that any answer fits after it.

        Raises:
            BaseError: the base reads too little for the instruction and a few words of text.
        """
        room = min(self.positions, MOST_TOKENS) - self.longest
        (empty,) = self.ids([self.text(Question(text=""))])
        if room < len(empty) + LEAST_TEXT:
            raise BaseError(
                f"the question and its {len(self.words)} labels take {len(empty)} tokens without any text, "
                f"and {self.tokenizer.name_or_path} reads {self.positions}; describe the labels in fewer "
                "words, or name a base that reads more with --base"
            )
        return room

    @property
    def longest(self) -> int:
        """Tokens that an answer may have."""
        # What parts two labels of a list is a token.
        return self.listed * (max(map(len, self.labels)) + 1) - 1 + self.beside

    @cached_property
    def stops(self) -> tuple[int, ...]:
        """Ids of the tokens that end an answer: an assistant's part, a line of a plain text, or any text."""
        before, lines = self.text(_EXAMPLE), ["\n"] if self._template is None else []
        special = {*self.tokenizer.all_special_ids, *self.tokenizer.added_tokens_decoder}
        found = {self.tokenizer.eos_token_id} - {None}
        for place, answer in enumerate(self._answers):
            for end in (self._end(place), *lines):
                ids = self._after(before + answer, end)
                found.update([each for each in ids if each in special][:1] or ids[:1])
        return tuple(sorted(int(each) for each in found))

    def said(self, ids: Sequence[int]) -> str:
        """What an answer says: all of it in a conversation, else its line."""
        text = str(self.tokenizer.decode(list(ids), skip_special_tokens=True)).strip()
        return text if self._template is not None else text.partition("\n")[0].strip()

    @property
    def _answers(self) -> list[str]:
        """The words of each label as they follow a prompt."""
        return [f"{'' if self._template is not None else ' '}{each}" for each in self.words]

    @cached_property
    def _template(self) -> ChatTemplate | None:
        return ChatTemplate(self.tokenizer) if self.tokenizer.chat_template else None

    def _block(self, question: Question, answer: str) -> str:
        return f"Text: {question.whole}\n{self.heading}:{answer}"

    def _turns(self, question: Question, shown: Sequence[Answered]) -> list[Turn]:
        turns = [Turn(role=SYSTEM, content=self.instruction)]
        for each in shown:
            turns.append(Turn(role=USER, content=each.question.whole))
            turns.append(Turn(role=ASSISTANT, content=each.answer))
        return [*turns, Turn(role=USER, content=question.whole)]

    def _end(self, label: int) -> str:
        """What follows the words of a label."""
        if self._template is None:
            return "\n\n"
        answer = Turn(role=ASSISTANT, content=self.words[label])
        begun = self.text(_EXAMPLE) + answer.content
        whole = self._template.render([*self._turns(_EXAMPLE, ()), answer])
        ended = whole[len(begun) :] if whole.startswith(begun) else ""
        return ended or str(self.tokenizer.eos_token)

    def _after(self, before: str, text: str) -> list[int]:
        """The tokens of a text as it stands after another one."""
        first, both = self.plain_ids([before, before + text])
        if both[: len(first)] == first:
            return both[len(first) :]
        # The two would share a token; then the text stands by itself.
        return self.plain_ids([text])[0]

    @cached_property
    def _beginning(self) -> tuple[int, ...]:
        """What the tokenizer puts before every text; templates write it themselves."""
        if self._template is not None:
            return ()
        (plain,) = self.plain_ids([_LETTER])
        whole = list(self.tokenizer(_LETTER, truncation=False, verbose=False)["input_ids"])
        size = next((at for at in range(len(whole)) if whole[at : at + len(plain)] == plain), 0)
        return tuple(whole[:size])
