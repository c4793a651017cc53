"""What is known of the data before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """Quantiles of the lengths of texts in tokens of the base.

    Args:
        tokenizer: name of the base whose tokenizer counted, or `words` without one.
        mean: mean length.
        median: half are shorter.
        p90: nine tenths are shorter.
        p99: ninety-nine hundredths are shorter.
        longest: the longest of all that were counted.
        limit: tokens that the base reads.
        truncated: share of texts longer than `limit`, from 0 to 1; 0 where windows cover them whole.
        counted: texts that were counted; fewer than the rows when a sample was drawn.
    """

    tokenizer: str
    mean: float
    median: float
    p90: float
    p99: float
    longest: int
    limit: int
    truncated: float
    counted: int


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Size, balance, lengths, duplicates and faults of a data set.

    Args:
        rows: rows by part: `train`, `dev`, `test`, or `all` before a split.
        classes: rows of each class over all parts, most frequent first; empty without a target.
        lengths: token lengths.
        language: most likely language as an ISO 639-1 code, or None when it is not clear.
        languages: share of each language found in a sample.
        exact_duplicates: rows whose text stands in an earlier row too.
        near_duplicates: rows in a group of nearly equal texts, exact duplicates not counted.
        shared_with_test: texts of the given test file that stood in the training file too.
        answer: what is said of a row (`core.task.ANSWERS`).
        conflicts: texts that carry different answers in different rows.
        empty: rows without text.
        id_like: columns that name rows rather than describe them.
        leaking: columns that give the target away.
        warnings: what a person should know, in plain words, which may quote texts.
        notes: what a person should know of the rows under each base, which quotes none.
        answers: token lengths of the texts to write, where such are asked for; `limit` is what the base
            can write.
    """

    rows: Mapping[str, int]
    classes: Mapping[str, int]
    lengths: Lengths
    language: str | None = None
    languages: Mapping[str, float] = field(default_factory=dict)
    exact_duplicates: int = 0
    near_duplicates: int = 0
    shared_with_test: int = 0
    answer: str = "class"
    conflicts: int = 0
    empty: int = 0
    id_like: tuple[str, ...] = ()
    leaking: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    answers: Lengths | None = None

    @property
    def imbalance(self) -> float:
        """Rows of the most frequent class over rows of the rarest; 1 when balanced or unlabelled."""
        counts = list(self.classes.values())
        return max(counts) / max(1, min(counts)) if counts else 1.0
