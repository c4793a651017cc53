"""What reading, cleaning and splitting found in the data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Faults that only the whole, uncleaned file shows.

    Args:
        exact_duplicates: rows whose text stands in an earlier row too.
        near_duplicates: different texts that nearly equal another one.
        shared_with_test: texts of the given test file that stood in the training file too.
        answer: what is said of a row (`core.task.ANSWERS`).
        conflicts: texts that carry different answers in different rows.
        empty: rows without text.
        unlabelled: rows with a text but without a label.
        id_like: columns that name rows rather than describe them.
        leaking: columns that give the target away.
    """

    exact_duplicates: int = 0
    near_duplicates: int = 0
    shared_with_test: int = 0
    answer: str = "class"
    conflicts: int = 0
    empty: int = 0
    unlabelled: int = 0
    id_like: tuple[str, ...] = ()
    leaking: tuple[str, ...] = ()
