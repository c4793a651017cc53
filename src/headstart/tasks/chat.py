"""The next answer in a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from headstart.core.turns import ASSISTANT
from headstart.errors import DataError
from headstart.tasks._dialogue import Dialogue, check_questions, prompts_of
from headstart.tasks._messages import (
    ANSWER,
    check_asked,
    conversation_columns,
    conversations_in,
    parted,
    plain_cells,
    questions_in,
)

if TYPE_CHECKING:
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.stated import Stated


@dataclass(frozen=True, kw_only=True)
class Chat(Dialogue):
    """Answers to instructions, questions and conversations (Ouyang et al. 2022, section 3.4, step 1).

    All answers of a training row are learnt; the last one of a row is what is predicted and judged.
    """

    name: ClassVar[str] = "chat"

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
        names = ("output", "completion", "response", *conversation_columns(frame))
        others = [frame[each] for each in names if each in frame.columns and each != column]
        if stated.answer is not None:
            found = parted(frame[column], name, others=others)
            answers = pl.Series(stated.answer, found.answers, dtype=pl.String)
            return frame.with_columns(pl.Series(column, found.prompts, dtype=pl.String), answers)
        questions = [each for each in stated.text if each in frame.columns]
        read = frame.with_columns(
            plain_cells(frame[column], name, what=ANSWER, others=others),
            *(plain_cells(frame[each], name, what="question") for each in questions),
        )
        check_asked(read, questions, name)
        return read

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        check_questions(rows, name)
        several = sum(any(each.role == ASSISTANT for each in turns) for turns in prompts_of(rows))
        if not several:
            return ()
        return (f"{several:,} of {len(rows):,} conversations have several answers; the last one is judged",)

    def metrics(self) -> tuple[str, ...]:
        return ("answer_loss", "perplexity", "rouge_l", "rouge_1", "chrf", "text_exact_match")

    def default_metric(self, profile: Profile) -> str:
        return "answer_loss"
