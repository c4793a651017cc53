"""The better of two answers in a conversation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from headstart.core.knob import knob
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.tasks._dialogue import Dialogue, answered, check_questions, prompts_of
from headstart.tasks._messages import (
    ANSWER,
    check_asked,
    conversation_columns,
    is_conversation,
    pairs_of,
    plain_cells,
    questions_in,
    system_column,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.turns import Turn

CHOSEN, REJECTED = "chosen", "rejected"


@dataclass(frozen=True, kw_only=True)
class Preference(Dialogue):
    """Answers as people prefer them, learnt from pairs (DPO: Rafailov et al. 2023, equation 7).

    Args:
        beta: how dear it is to move away from the base.
    """

    name: ClassVar[str] = "preference"

    beta: float = knob(
        0.1,
        "how dear it is to move away from the base while preferences are learnt (DPO)",
        low=1e-3,
        high=10.0,
        log=True,
    )

    @property
    def summary(self) -> str:
        return "preferred answers in conversations"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """Columns `chosen` and `rejected`, beside a prompt or an instruction, or with the prompt in them."""
        if not {CHOSEN, REJECTED} <= set(frame.columns) or target not in ((), (CHOSEN, REJECTED)):
            return None
        if is_conversation(frame[CHOSEN]) and "prompt" not in frame.columns:
            text = (*system_column(frame), CHOSEN)
            return Stated(target=(CHOSEN, REJECTED), text=text, sure=True, answer="preference")
        # The answer of an instruction that stands beside the two is one of them.
        beside = frame.drop("output", "response", "completion", strict=False)
        if "prompt" not in frame.columns and "question" in frame.columns:
            beside = beside.with_columns(prompt=frame["question"])
        questions = questions_in(beside.with_columns(completion=frame[CHOSEN]), ())
        if questions is not None:
            text = tuple(each if each in frame.columns else "question" for each in questions.text)
            return Stated(target=(CHOSEN, REJECTED), text=text, sure=True)
        if any(_has_labels(frame[each]) for each in frame.columns if each not in (CHOSEN, REJECTED)):
            return None
        raise DataError(
            f"the columns {CHOSEN!r} and {REJECTED!r} have no question beside them; a preference needs one "
            "in a column prompt, question or instruction, or whole conversations in both: add it, or rename "
            "the column that holds it"
        )

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        if stated.target != (CHOSEN, REJECTED):
            raise DataError(
                f"{name}: got the target {stated.column!r}, and a preference has two answers a row, in the "
                f"columns {CHOSEN} and {REJECTED}; rename yours"
            )
        if stated.answer is not None:
            found = pairs_of(frame[CHOSEN], frame[REJECTED], name)
            prompts = pl.Series(CHOSEN, found.prompts, dtype=pl.String)
            pairs = _pairs(stated.column, found.answers, found.others)
            return frame.with_columns(prompts, pairs)
        others = [frame[each] for each in conversation_columns(frame)]
        chosen, rejected = (
            plain_cells(frame[each], name, what=ANSWER, others=others) for each in (CHOSEN, REJECTED)
        )
        questions = [plain_cells(frame[each], name, what="question") for each in stated.text]
        pairs = _pairs(stated.column, chosen.to_list(), rejected.to_list())
        read = frame.drop(CHOSEN, REJECTED).with_columns(*questions, pairs)
        check_asked(read, stated.text, name)
        return read

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        check_questions(rows, name)
        alike = [
            int(number)
            for number, (first, second) in zip(rows.numbers, map(_pair, rows.targets), strict=True)
            if first.strip() == second.strip()
        ]
        if len(alike) == len(rows):
            raise DataError(
                f"in every row of {name} the chosen answer is the rejected one, so there is nothing to prefer"
            )
        if not alike:
            return ()
        said = ", ".join(map(str, alike[:5])) + (", ..." if len(alike) > 5 else "")
        return (
            f"{len(alike):,} rows have the same answer chosen and rejected, which tells nothing (row {said})",
        )

    def answers(self, rows: Rows) -> Sequence[str]:
        return [_pair(each)[0] for each in rows.targets]

    def rejected(self, rows: Rows) -> list[tuple[Turn, ...]]:
        """The conversations with the answer that was not preferred."""
        return answered(prompts_of(rows), [_pair(each)[1] for each in rows.targets])

    def numbered(self, rows: Rows) -> tuple[list[int], list[tuple[Turn, ...]]]:
        numbers, preferred = super().numbered(rows)
        return numbers * 2, preferred + self.rejected(rows)

    def base_notes(
        self, base: BaseInfo, parts: Mapping[str, Rows], *, max_length: int | None = None
    ) -> tuple[str, ...]:
        """As for all conversations, and how dear it is to move away from the base."""
        told = f"preferences are learnt with beta={self.beta:g}; --set {self.name}.beta=VALUE sets another"
        return (*super().base_notes(base, parts, max_length=max_length), told)

    def base_preview(self, base: BaseInfo, rows: Rows, *, max_length: int | None = None) -> str:
        """What is read of the first row, and both of its answers."""
        from headstart.models.dialogue_notes import pair_preview
        from headstart.train.answer_lengths import conversation_length

        first = rows.take([0])
        length = conversation_length(base, max_length)
        return pair_preview(base, self.dialogues(first)[0], self.rejected(first)[0], max_length=length)

    def metrics(self) -> tuple[str, ...]:
        return ("preference_accuracy", "kl_to_base", "answer_loss", "rouge_l")

    def default_metric(self, profile: Profile) -> str:
        return "preference_accuracy"


def _has_labels(cells: pl.Series) -> bool:
    """Whether a column could be another task's target: values of which most stand in several rows."""
    return not cells.dtype.is_nested() and 2 * cells.n_unique() <= len(cells)


def _pairs(name: str, chosen: Sequence[str], rejected: Sequence[str]) -> pl.Series:
    told = [json.dumps([one, other], ensure_ascii=False) for one, other in zip(chosen, rejected, strict=True)]
    return pl.Series(name, told, dtype=pl.String)


def _pair(target: str) -> tuple[str, str]:
    first, second = json.loads(target)
    return str(first), str(second)
