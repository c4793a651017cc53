"""What tasks whose rows are conversations have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from headstart.core.loss_shape import PLAIN, LossShape
from headstart.core.references import References, as_gold
from headstart.core.turns import ASSISTANT, SYSTEM, SYSTEM_COLUMNS, USER, Turn, prompt_turns
from headstart.errors import DataError, InternalError
from headstart.tasks._messages import check_turns
from headstart.tasks._settings import refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import FitWish, LinearFit
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """A task that goes on with conversations.

    Args:
        length_ratio: characters of whole conversations over those before their last answers, on the mean of
            the training rows; costs are told by it.
    """

    name: ClassVar[str]
    answer: ClassVar[str] = "reply"
    pipeline: ClassVar[str] = "text-generation"
    base_kinds: ClassVar[tuple[str, ...]] = ("decoder",)

    length_ratio: float = 1.0

    @property
    def classes(self) -> tuple[str, ...]:
        return ()

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """How long answers are beside what comes before them."""
        refuse_unknown(cls.name, settings, ())
        return cls().settled(rows)

    def settled(self, rows: Rows) -> Self:
        before, after = (float(sum(map(len, each))) for each in (rows.texts, self.answers(rows)))
        return replace(self, length_ratio=(before + after) / max(1.0, before))

    def answers(self, rows: Rows) -> Sequence[str]:
        """The true last answer of each row."""
        return rows.targets

    def counts(self, rows: Rows) -> dict[str, int]:
        return {}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        return np.zeros(len(rows), dtype=np.int64)

    def baselines(self) -> tuple[str, ...]:
        return ("zero_shot", "in_context")

    def first_rung(self) -> str:
        return "zero_shot"

    def metric_settings(self) -> Mapping[str, Any]:
        return {}

    def gold(self, rows: Rows) -> ndarray:
        """The true last answer of each row."""
        return as_gold(References(texts=(each,)) for each in self.answers(rows))

    def prompts(self, rows: Rows) -> list[tuple[Turn, ...]]:
        """What is said in each row before the answer that is asked for.

        Raises:
            DataError: a cell holds a faulty list of messages; the message names its row.
        """
        return prompts_of(rows)

    def dialogues(self, rows: Rows) -> list[tuple[Turn, ...]]:
        """The same followed by the true answer."""
        return answered(prompts_of(rows), self.answers(rows))

    def numbered(self, rows: Rows) -> tuple[list[int], list[tuple[Turn, ...]]]:
        """All conversations that are read of rows, and the numbers of these."""
        return rows.numbers.tolist(), self.dialogues(rows)

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Conversations whose targets are the tokens of answers; rows without a target have none."""
        from headstart.models.chat_template import ChatTemplate
        from headstart.models.tokenise_dialogues import prompt_examples, tokenise_dialogues

        template = ChatTemplate(tokenizer)
        if rows.columns.target is None:
            return prompt_examples(prompts_of(rows), template, max_length=max_length)
        return tokenise_dialogues(self.dialogues(rows), template, max_length=max_length).examples

    def base_notes(
        self, base: BaseInfo, parts: Mapping[str, Rows], *, max_length: int | None = None
    ) -> tuple[str, ...]:
        """How conversations are written for a base, what ends answers, and what is cut away.

        Raises:
            BaseError: the base's tokenizer is missing, or its tokens do not fit the base.
            DataError: a row leaves the base no room for an answer, or has one that it can't write.
        """
        from headstart.models.dialogue_notes import dialogue_notes
        from headstart.train.answer_lengths import conversation_length

        told = {name: self.numbered(rows) for name, rows in parts.items()}
        return dialogue_notes(base, told, max_length=conversation_length(base, max_length))

    def base_preview(self, base: BaseInfo, rows: Rows, *, max_length: int | None = None) -> str:
        """What is learnt of the first row and what is only read."""
        from headstart.models.dialogue_notes import dialogue_preview
        from headstart.train.answer_lengths import conversation_length

        first = self.dialogues(rows.take([0]))[0]
        return dialogue_preview(base, first, max_length=conversation_length(base, max_length))

    def head(self, base: BaseInfo) -> nn.Module:
        """None of its own: the base says what comes next.

        Raises:
            InternalError: always.
        """
        raise InternalError(f"{self.name} has no head; the base's own layer scores words")

    def linear(self, features: Float[ndarray, "points width"], targets: ndarray, wish: FitWish) -> LinearFit:
        """None: there is no head to start.

        Raises:
            InternalError: always.
        """
        raise InternalError(f"{self.name} has no head that a linear layer could start")

    def loss(
        self,
        outputs: Float[Tensor, "*points words"],
        targets: Int[Tensor, "*points"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum of the cross-entropies of the tokens of answers, and their number."""
        from headstart.train.cross_entropy import cross_entropy

        asked = targets >= 0
        return cross_entropy(outputs[asked], targets[asked], shape)

    def decode(self, outputs: Float[ndarray, "points outputs"], examples: Examples) -> Predictions:
        """None from outputs: texts are written token by token.

        Raises:
            InternalError: always.
        """
        raise InternalError(f"{self.name} is not decoded from outputs; a predictor writes its texts")


def check_questions(rows: Rows, name: str) -> None:
    """Makes sure that every row ends with a question.

    Raises:
        DataError: one does not; the message names its row.
    """
    for number, turns in zip(rows.numbers.tolist(), prompts_of(rows), strict=True):
        try:
            check_turns(turns, answered=False)
        except ValueError as error:
            raise DataError(f"row {number} of {name} {error}; mend or remove that row") from None


def answered(prompts: Sequence[tuple[Turn, ...]], answers: Sequence[str]) -> list[tuple[Turn, ...]]:
    """Conversations with an answer each."""
    return [
        (*turns, Turn(role=ASSISTANT, content=answer)) for turns, answer in zip(prompts, answers, strict=True)
    ]


def prompts_of(rows: Rows) -> list[tuple[Turn, ...]]:
    """The turns of each row: those of a system column, then those of the others, joined where they are texts.

    Raises:
        DataError: a cell holds a faulty list of messages; the message names its row.
    """
    names = rows.columns.text
    systems = (
        rows.frame[names[0]].to_list() if names[0] in SYSTEM_COLUMNS and len(names) > 1 else [""] * len(rows)
    )
    others = [rows.frame[each].to_list() for each in names if not (each in SYSTEM_COLUMNS and len(names) > 1)]
    found = []
    for number, system, *cells in zip(rows.numbers.tolist(), systems, *others, strict=True):
        try:
            turns = prompt_turns(cells[0])
            if rows.columns.target is None:
                turns = _asked(turns)
        except ValueError as error:
            raise DataError(f"row {number} {error}; mend or remove that row") from None
        found.append(_opened(system, turns, "\n\n".join(each for each in cells[1:] if each.strip())))
    return found


def _asked(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The turns up to the last question; a whole conversation is asked for its last answer.

    Raises:
        ValueError: roles do not take turns.
    """
    if len(turns) > 1 and turns[-1].role == ASSISTANT:
        turns = turns[:-1]
    if len(turns) > 1 or turns[0].role != USER:
        check_turns(turns, answered=False)
    return turns


def _opened(system: str, turns: tuple[Turn, ...], more: str) -> tuple[Turn, ...]:
    if more and turns[-1].role == USER:
        turns = (*turns[:-1], replace(turns[-1], content=f"{turns[-1].content}\n\n{more}"))
    if system.strip() and turns[0].role != SYSTEM:
        turns = (Turn(role=SYSTEM, content=system), *turns)
    return turns
