"""The profile of a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.profiling.lengths import WORDS
from headstart.profiling.measure import DEFAULT_LIMIT, measure
from headstart.profiling.ruler import Ruler

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from headstart.core.profile import Profile
    from headstart.core.split import Dataset


def profile(
    dataset: Dataset,
    *,
    tokenizer: PreTrainedTokenizerBase | None = None,
    base_name: str = WORDS,
    limit: int = DEFAULT_LIMIT,
) -> Profile:
    """Size, balance, lengths, languages, duplicates and faults of a split data set.

    Args:
        dataset: what was read and split.
        tokenizer: the base's tokenizer; words are counted without one.
        base_name: name of the base.
        limit: tokens that the base reads.
    """
    split = dataset.split
    parts = {"train": split.train, "dev": split.dev, "test": dataset.test}
    return measure(
        parts,
        dataset.findings,
        dataset.warnings,
        ruler=Ruler(
            tokenizer=tokenizer, name=base_name, limit=limit, covered=getattr(split.task, "windows", False)
        ),
        counts=split.task.counts,
    )
