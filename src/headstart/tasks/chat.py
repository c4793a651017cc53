"""The next answer in a conversation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from headstart.core.loss_shape import PLAIN, LossShape
from headstart.core.predictions import Predictions
from headstart.core.references import References, as_gold
from headstart.core.turns import ASSISTANT, SYSTEM, USER, Turn, prompt_turns
from headstart.errors import DataError, InternalError
from headstart.tasks._messages import (
    ANSWER,
    SYSTEMS,
    check_turns,
    conversations_in,
    parted,
    plain_cells,
    questions_in,
)
from headstart.tasks._settings import refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import FitWish, LinearFit
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.stated import Stated


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Answers to instructions, questions and conversations (Ouyang et al. 2022, section 3.4, step 1).

    All answers of a training row are learnt; the last one of a row is what is predicted and judged.

    Args:
        length_ratio: characters of a whole conversation over those before its last answer, on the mean of
            the training rows; costs are told by it.
    """

    name: ClassVar[str] = "chat"
    answer: ClassVar[str] = "text"
    pipeline: ClassVar[str] = "text-generation"
    base_kinds: ClassVar[tuple[str, ...]] = ("decoder",)

    length_ratio: float = 1.0

    @property
    def classes(self) -> tuple[str, ...]:
        return ()

    @property
    def summary(self) -> str:
        return "answers in conversations"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """A column of messages; or an instruction or prompt beside an output, a completion or a response."""
        if {"chosen", "rejected"} <= set(frame.columns) and not target:
            return None
        return conversations_in(frame, target) or questions_in(frame, target)

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        if len(stated.target) > 1:
            raise DataError(
                f"{name}: got the targets {', '.join(stated.target)}, and one column holds the answers of a "
                "conversation; name it with --target"
            )
        column = stated.target[0]
        if stated.answer is not None:
            others = [frame[each] for each in ("output", "completion", "response") if each in frame.columns]
            found = parted(frame[column], name, others=others)
            answers = pl.Series(stated.answer, found.answers, dtype=pl.String)
            return frame.with_columns(pl.Series(column, found.prompts, dtype=pl.String), answers)
        questions = [each for each in stated.text if each in frame.columns]
        return frame.with_columns(
            plain_cells(frame[column], name, what=ANSWER),
            *(plain_cells(frame[each], name, what="question") for each in questions),
        )

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        for number, turns in zip(rows.numbers.tolist(), _prompts(rows), strict=True):
            try:
                check_turns(turns, answered=False)
            except ValueError as error:
                raise DataError(f"row {number} of {name} {error}; mend or remove that row") from None
        several = sum(any(each.role == ASSISTANT for each in turns) for turns in _prompts(rows))
        if not several:
            return ()
        return (f"{several:,} of {len(rows):,} conversations have several answers; all of them are learnt",)

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """How long answers are beside what comes before them."""
        refuse_unknown(cls.name, settings, ())
        return cls().settled(rows)

    def settled(self, rows: Rows) -> Self:
        before, after = (float(sum(map(len, each))) for each in (rows.texts, rows.targets))
        return replace(self, length_ratio=(before + after) / max(1.0, before))

    def counts(self, rows: Rows) -> dict[str, int]:
        return {}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        return np.zeros(len(rows), dtype=np.int64)

    def baselines(self) -> tuple[str, ...]:
        return ("prompted", "in_context")

    def first_rung(self) -> str:
        return "prompted"

    def metrics(self) -> tuple[str, ...]:
        return ("answer_loss", "perplexity", "rouge_l", "rouge_1", "chrf", "text_exact_match")

    def default_metric(self, profile: Profile) -> str:
        return "answer_loss"

    def metric_settings(self) -> Mapping[str, Any]:
        return {}

    def gold(self, rows: Rows) -> ndarray:
        """The true last answer of each row."""
        return as_gold(References(texts=(each,)) for each in rows.targets)

    def prompts(self, rows: Rows) -> list[tuple[Turn, ...]]:
        """What is said in each row before the answer that is asked for.

        Raises:
            DataError: a cell holds a faulty list of messages; the message names its row.
        """
        return _prompts(rows)

    def dialogues(self, rows: Rows) -> list[tuple[Turn, ...]]:
        """The same followed by the true answer."""
        answers = (Turn(role=ASSISTANT, content=each) for each in rows.targets)
        return [(*turns, answer) for turns, answer in zip(_prompts(rows), answers, strict=True)]

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Conversations whose targets are the tokens of answers; rows without a target have none."""
        from headstart.models.chat_template import ChatTemplate
        from headstart.models.tokenise_dialogues import tokenise_dialogues

        template = ChatTemplate(tokenizer)
        if rows.columns.target is not None:
            return tokenise_dialogues(self.dialogues(rows), template, max_length=max_length).examples
        open_ended = [(*turns, Turn(role=ASSISTANT, content="")) for turns in _prompts(rows)]
        told = tokenise_dialogues(open_ended, template, max_length=max_length)
        return replace(told.examples, targets=None)

    def base_notes(self, base: BaseInfo, parts: Mapping[str, Rows]) -> tuple[str, ...]:
        """How conversations are written for a base, what is learnt of the first, and what is cut away.

        Raises:
            BaseError: the base's tokenizer is missing or has no token that ends a text.
            DataError: a row leaves the base no room for an answer.
        """
        from headstart.models.dialogue_notes import dialogue_notes
        from headstart.train.answer_lengths import conversation_length

        told = {name: (rows.numbers.tolist(), self.dialogues(rows)) for name, rows in parts.items()}
        return dialogue_notes(base, told, max_length=conversation_length(base))

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
        self, outputs: Float[Tensor, "*points words"], targets: Int[Tensor, "*points"], shape: LossShape = PLAIN
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


def _prompts(rows: Rows) -> list[tuple[Turn, ...]]:
    """The turns of each row: those of a system column, then those of the others, joined where they are texts."""
    names = rows.columns.text
    systems = rows.frame[names[0]].to_list() if names[0] in SYSTEMS and len(names) > 1 else [""] * len(rows)
    others = [rows.frame[each].to_list() for each in names if not (each in SYSTEMS and len(names) > 1)]
    found = []
    for number, system, *cells in zip(rows.numbers.tolist(), systems, *others, strict=True):
        try:
            turns = prompt_turns(cells[0])
        except ValueError as error:
            raise DataError(f"row {number} {error}; mend or remove that row") from None
        if rows.columns.target is None and len(turns) > 1 and turns[-1].role == ASSISTANT:
            # A whole conversation is asked for its last answer.
            turns = turns[:-1]
        found.append(_opened(system, turns, "\n\n".join(each for each in cells[1:] if each.strip())))
    return found


def _opened(system: str, turns: tuple[Turn, ...], more: str) -> tuple[Turn, ...]:
    if more and turns[-1].role == USER:
        turns = (*turns[:-1], replace(turns[-1], content=f"{turns[-1].content}\n\n{more}"))
    if system.strip() and turns[0].role != SYSTEM:
        turns = (Turn(role=SYSTEM, content=system), *turns)
    return turns
