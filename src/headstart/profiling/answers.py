"""How long the texts are that are to be written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.profiling.lengths import lengths_of
from headstart.profiling.sample import spread

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from headstart.core.profile import Profile
    from headstart.core.split import Dataset

COUNTED = 20_000


def with_answers(
    profile: Profile,
    dataset: Dataset,
    *,
    tokenizer: PreTrainedTokenizerBase | None,
    base_name: str,
    limit: int,
) -> Profile:
    """The profile with the lengths of the texts to write.

    Args:
        profile: of the same data.
        dataset: rows whose gold is texts.
        tokenizer: what counts tokens; words are counted without one.
        base_name: name of the base whose tokenizer it is.
        limit: tokens that the base can write.
    """
    split = dataset.split
    parts = [rows for rows in (split.train, split.dev, dataset.test) if len(rows)]
    texts = [each.texts[0] for rows in spread(parts, COUNTED) for each in split.task.gold(rows)]
    return replace(profile, answers=lengths_of([texts], tokenizer=tokenizer, name=base_name, limit=limit))
