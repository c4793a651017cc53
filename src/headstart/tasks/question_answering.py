"""The stretch of a text that answers a question, if there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from headstart.core.answer_match import ARTICLES
from headstart.core.knob import knob
from headstart.core.loss_shape import PLAIN, LossShape
from headstart.core.predictions import NOWHERE, Predictions
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.tasks._answers import (
    ANSWERS,
    CONTEXTS,
    QUESTIONS,
    START_COLUMNS,
    answer_cells,
    answers_of,
    are_answers,
    column_of,
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

ANSWERED, UNANSWERABLE = "answered", "no answer"


@dataclass(frozen=True, kw_only=True)
class QuestionAnswering:
    """Extractive question answering: where in a text the answer to a question starts and ends.

    The first text column is the question, the second the text. A text longer than the base reads is always
    covered by overlapping windows.

    Args:
        unanswerable: whether a question may have no answer; without, the best stretch is always given.
        articles: words that don't count when answers are compared.
        longest: tokens of an answer at most.
    """

    name: ClassVar[str] = "question_answering"
    answer: ClassVar[str] = "span"
    pipeline: ClassVar[str] = "question-answering"
    windows: ClassVar[bool] = True
    grouped_by: ClassVar[int] = 1

    unanswerable: bool = False
    articles: str = knob(ARTICLES, "words that don't count when answers are compared; empty for none")
    longest: int = knob(30, "tokens of an answer at most", low=1, high=512)

    @property
    def classes(self) -> tuple[str, ...]:
        return ()

    @property
    def summary(self) -> str:
        return "question answering" + (", some questions having no answer" if self.unanswerable else "")

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """Columns of questions, of texts and of answers that stand in these, by their names."""
        found = cls.stated_as_named(frame, target)
        if found is None or not are_answers(frame[found.target[0]], frame[found.text[1]]):
            return None
        return found

    @classmethod
    def stated_as_named(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """The same whether the answers stand in the texts or not."""
        question, context = column_of(frame, QUESTIONS), column_of(frame, CONTEXTS)
        if question is None or context is None or len(target) > 2:
            return None
        if any(frame[each].dtype != pl.String for each in (question, context)):
            return None
        answers = target[0] if target else column_of(frame, ANSWERS)
        if answers is None or answers in (question, context):
            return None
        starts = target[1] if len(target) == 2 else column_of(frame, START_COLUMNS)
        told = (answers,) if starts in (None, answers) else (answers, starts)
        return Stated(target=told, text=(question, context), sure=True)

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        if len(stated.text) != 2 or len(stated.target) > 2:
            raise DataError(
                f"the columns of {name} do not tell what is asked and where the answer stands; question "
                "answering needs a column of questions, one of texts and one of answers (with their starts "
                "beside them in another, or none): name them in this order with --text QUESTION --text "
                "CONTEXT --target ANSWERS"
            )
        starts = frame[stated.target[1]] if len(stated.target) == 2 else None
        contexts = frame[stated.text[1]].cast(pl.String)
        cells = answer_cells(frame[stated.target[0]], contexts, starts, name=name)
        read = pl.Series(stated.column, cells, dtype=pl.String)
        return frame.drop(stated.target).with_columns(read)

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        for column, what in zip(rows.columns.text, ("question", "text to find the answer in"), strict=True):
            blank = [
                row for row, cell in zip(rows.numbers, rows.frame[column], strict=True) if not cell.strip()
            ]
            if blank:
                raise DataError(
                    f"row {blank[0]} of {name} has no {what} in {column!r}; every row needs one: fill it "
                    "in, or remove the row"
                )
        if not any(map(answers_of, rows.targets)):
            raise DataError(
                f"no question of {name} has an answer in {rows.columns.target!r}, so there is nothing to "
                "learn; name another column with --target"
            )
        return ()

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """Whether some of the questions have no answer."""
        known = refuse_unknown(cls.name, settings, ("windows", "articles", "longest"))
        # Texts are covered by windows whether that was asked for or not.
        known.pop("windows", None)
        return cls(unanswerable=not all(map(answers_of, rows.targets)), **known)

    def settled(self, rows: Rows) -> Self:
        return self

    def counts(self, rows: Rows) -> dict[str, int]:
        """Questions with and without an answer, where there are some without."""
        if not self.unanswerable:
            return {}
        without = int(self.strata(rows).sum())
        return {ANSWERED: len(rows) - without, UNANSWERABLE: without}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        """0 for questions that have an answer, 1 for those that have none."""
        return np.asarray([not answers_of(each) for each in rows.targets], dtype=np.int64)

    def baselines(self) -> tuple[str, ...]:
        return ("best_overlap_sentence", *(("no_answer",) if self.unanswerable else ()))

    def first_rung(self) -> str:
        return "probe"

    def metrics(self) -> tuple[str, ...]:
        return ("answer_f1", "exact_match")

    def default_metric(self, profile: Profile) -> str:
        return "answer_f1"

    def metric_settings(self) -> Mapping[str, Any]:
        return {"articles": self.articles}

    def gold(self, rows: Rows) -> ndarray:
        """An array of tuples: the right answers of each row as texts, none where there is none."""
        found = np.empty(len(rows), dtype=object)
        for row, told in enumerate(rows.targets):
            found[row] = tuple(each.text for each in answers_of(told))
        return found

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Windows of question and text; each token says whether the first answer starts or ends there."""
        from headstart.models.tokenise_passages import tokenise_passages
        from headstart.train.span_targets import span_targets

        questions, contexts = (rows.frame[name].to_list() for name in rows.columns.text)
        examples = tokenise_passages(questions, contexts, tokenizer, max_length=max_length)
        if rows.columns.target is None:
            return examples
        first = [next(iter(answers_of(told)), None) for told in rows.targets]
        spans = [None if each is None else (each.start, each.start + len(each.text)) for each in first]
        return replace(examples, targets=span_targets(examples, spans))

    def head(self, base: BaseInfo) -> nn.Module:
        """A linear layer on every token that starts at zero, for starts and for ends."""
        from headstart.train.token_linear import TokenLinear

        return TokenLinear(base.shape.width, 2)

    def linear(
        self, features: Float[ndarray, "points width"], targets: Int[ndarray, " points"], wish: FitWish
    ) -> LinearFit:
        """Conditional logit of the place where the answer starts, and of that where it ends."""
        from headstart.train.span_fit import fit_spans

        return fit_spans(features, targets, wish)

    def loss(
        self,
        outputs: Float[Tensor, "batch tokens 2"],
        targets: Int[Tensor, "batch tokens"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum over windows of the mean log loss of start and end, and the number of windows."""
        from headstart.train.span_loss import span_loss

        return span_loss(outputs, targets)

    def decode(self, outputs: Float[ndarray, "tokens 2"], examples: Examples) -> Predictions:
        """The most probable stretch of each row over its windows.

        Where some questions have no answer it says how likely that is; the decision rule chooses.
        """
        from headstart.train.span_search import best_spans

        spans, best, none = best_spans(outputs, examples, longest=self.longest)
        texts = examples.texts or ()
        return Predictions(
            texts=tuple(
                text[start:end] if start >= 0 else ""
                for text, (start, end) in zip(texts, spans.tolist(), strict=True)
            ),
            spans=spans,
            confidence=best if self.unanswerable else np.where(spans[:, 0] == NOWHERE, none, best),
            silence=none if self.unanswerable else None,
        )
