"""The passages of a corpus that answer a query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from headstart.core.predictions import Predictions
from headstart.core.stated import Stated
from headstart.errors import DataError
from headstart.tasks._apart import ReadApart, read_apart
from headstart.tasks._passages import (
    MAYBE_POSITIVES,
    POSITIVES,
    QUERIES,
    from_text,
    name_of_text,
    passage_cells,
    passage_columns,
    query_column,
)
from headstart.tasks._settings import refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor
    from transformers import PreTrainedTokenizerBase

    from headstart.core.examples import Examples
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows

# Passages of a row that one pass learns from; a row with dozens would outweigh all others.
MOST_RIGHT, MOST_WRONG = 4, 4
NOBODY = -1


@dataclass(frozen=True, kw_only=True)
class Retrieval(ReadApart):
    """The best passages for each query, by the cosines of vectors that are made of each text by itself.

    What is ranked is every different passage that any row names, right or wrong, those of dev and test rows
    included: a corpus is known before anybody asks.

    Args:
        corpus: all passages, each once, by alphabet.
    """

    name: ClassVar[str] = "retrieval"
    answer: ClassVar[str] = "ranking"
    pipeline: ClassVar[str] = "sentence-similarity"
    predictor: ClassVar[str] = "ranker"

    corpus: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "corpus", tuple(self.corpus))

    @property
    def summary(self) -> str:
        return f"retrieval from a corpus of {len(self.corpus):,} passages"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """A column of positives, by its name, beside one of queries."""
        found = target or passage_columns(frame, POSITIVES)
        if found != passage_columns(frame.select(found), POSITIVES) or not found:
            return None
        queries = [each for each in frame.columns if each.lower() in QUERIES]
        return Stated(target=found, text=(queries[0],), sure=True) if len(queries) == 1 else None

    @classmethod
    def stated_as_named(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """The target that was named, or passages by their name; the query is the only other text."""
        found = target or passage_columns(frame, POSITIVES) or passage_columns(frame, MAYBE_POSITIVES)
        query = query_column(frame, found)
        if not found or (query is None and not target):
            return None
        return Stated(target=found, text=() if query is None else (query,))

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        query = stated.text[0] if stated.text else None
        cells = passage_cells(frame, stated.target, query=query, name=name)
        return frame.drop(stated.target).with_columns(pl.Series(stated.column, cells, dtype=pl.String))

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        if len(rows.columns.text) != 1:
            raise DataError(
                f"{name}: the text was taken from {' and '.join(map(repr, rows.columns.text))}, and a query "
                "is one text; name its column with --text"
            )
        return ()

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The corpus that these rows name."""
        known, corpus = refuse_unknown(cls.name, settings, ()), sorted(_all_passages(rows))
        if len(corpus) < 2:
            raise DataError(
                f"there is one and the same passage in every row of {rows.columns.target!r}, so there is "
                "nothing to rank; name another column with --target"
            )
        return cls(corpus=tuple(corpus), **known)

    def settled(self, rows: Rows) -> Self:
        return self

    def knowing(self, rows: Rows) -> Self:
        """The same task with the passages of further rows in its corpus."""
        return replace(self, corpus=tuple(sorted({*self.corpus, *_all_passages(rows)})))

    def positives(self, rows: Rows) -> list[list[str]]:
        """The right passages of each row."""
        return [from_text(each)[0] for each in rows.targets]

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        """All alike: there is nothing whose shares could be kept."""
        return np.zeros(len(rows), dtype=np.int64)

    def baselines(self) -> tuple[str, ...]:
        return ("bm25", "untouched")

    def first_rung(self) -> str:
        return "untouched"

    def metrics(self) -> tuple[str, ...]:
        return ("ndcg_at_10", "mrr_at_10", "recall_at_1", "recall_at_10", "recall_at_100")

    def default_metric(self, profile: Profile) -> str:
        return "ndcg_at_10"

    def metric_settings(self) -> Mapping[str, Any]:
        return {}

    def gold(self, rows: Rows) -> ndarray:
        """An array of arrays: places in the corpus of the right passages of each row.

        Raises:
            DataError: a passage is not in the corpus.
        """
        found = np.empty(len(rows), dtype=object)
        for row, passages in enumerate(self.positives(rows)):
            if strange := [each for each in passages if each not in self._places]:
                raise DataError(
                    f"row {rows.numbers[row]} has a passage that is not in the corpus, {strange[0][:60]!r}; "
                    "give all rows that name passages when the corpus is made"
                )
            found[row] = np.asarray([self._places[each] for each in passages], dtype=np.int64)
        return found

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Queries alone where rows have no target; else each query and, behind it, some of its passages.

        A target is the row, what the text is, the name of its query and that of the passage. Where a row
        has more right passages than are read of it, an empty text stands for each of those that are read
        of another row, so that it is not held against the query there.
        """
        from headstart.train.in_batch_negatives import NEGATIVE, POSITIVE, QUERY, UNREAD

        if rows.columns.target is None:
            return read_apart([[query] for query in rows.texts], tokenizer, max_length)
        passages = [from_text(written) for written in rows.targets]
        parts = [(right[:MOST_RIGHT], wrong[:MOST_WRONG], right[MOST_RIGHT:]) for right, wrong in passages]
        read = {name_of_text(each) for right, wrong, _ in parts for each in (*right, *wrong)}
        texts, targets = list[list[str]](), list[tuple[int, int, int, int]]()
        for row, (query, (right, wrong, further)) in enumerate(zip(rows.texts, parts, strict=True)):
            asked = name_of_text(query)
            unread = [each for each in further if name_of_text(each) in read]
            texts.append([query, *right, *wrong, *([""] * len(unread))])
            targets.append((row, QUERY, asked, NOBODY))
            for role, some in ((POSITIVE, right), (NEGATIVE, wrong), (UNREAD, unread)):
                targets += [(row, role, asked, name_of_text(each)) for each in some]
        examples = read_apart(texts, tokenizer, max_length)
        return replace(examples, targets=np.asarray(targets, dtype=np.int64).reshape(-1, 4))

    def row_losses(
        self, outputs: Float[Tensor, "batch width"], targets: Int[Tensor, "batch 4"]
    ) -> tuple[Float[Tensor, " rows"], Int[Tensor, " rows"]]:
        """How much nearer to a query its passages are than those of other rows."""
        from headstart.train.in_batch_negatives import in_batch_negatives

        return in_batch_negatives(outputs, targets)

    def decode(self, outputs: Float[ndarray, "examples width"], examples: Examples) -> Predictions:
        """Rankings of the passages that stand among the examples; the predictor ranks the whole corpus."""
        from headstart.models.best_places import best_places
        from headstart.models.unit import unit
        from headstart.train.in_batch_negatives import UNREAD

        first = np.flatnonzero(np.diff(examples.owners, prepend=-1))
        named = np.full(len(examples), NOBODY)
        if examples.targets is not None:
            named = np.where(examples.targets[:, 1] == UNREAD, NOBODY, examples.targets[:, 3])
        known = np.isin(named, list(self._by_name))
        names, answers = np.unique(named[known], return_index=True)
        passages, queries = (unit(outputs[each]) for each in (np.flatnonzero(known)[answers], first))
        ranked, scores = best_places(lambda some: queries[some] @ passages.T, len(first), len(names))
        places = np.array([self._by_name[int(each)] for each in names], dtype=np.int64)
        return Predictions(ranked=places[ranked], scores=scores, passages=self.corpus)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {passage: place for place, passage in enumerate(self.corpus)}

    @cached_property
    def _by_name(self) -> dict[int, int]:
        return {name_of_text(passage): place for place, passage in enumerate(self.corpus)}


def _all_passages(rows: Rows) -> set[str]:
    return {passage for written in rows.targets for some in from_text(written) for passage in some}
