"""The profile of rows that have no target, or that can't be split."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from headstart.profiling.lengths import WORDS
from headstart.profiling.measure import DEFAULT_LIMIT, measure
from headstart.profiling.ruler import Ruler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedTokenizerBase

    from headstart.core.findings import Findings
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows


def profile_rows(
    rows: Rows,
    findings: Findings,
    notes: Sequence[str] = (),
    *,
    tokenizer: PreTrainedTokenizerBase | None = None,
    base_name: str = WORDS,
    limit: int = DEFAULT_LIMIT,
) -> Profile:
    """Size, lengths, languages and duplicates of rows.

    Args:
        rows: clean rows.
        findings: what cleaning found.
        notes: what it said in plain words.
        tokenizer: the base's tokenizer; words are counted without one.
        base_name: name of the base.
        limit: tokens that the base reads.
    """
    return measure(
        {"all": rows},
        findings,
        notes,
        ruler=Ruler(tokenizer=tokenizer, name=base_name, limit=limit),
        counts=lambda each: Counter(each.targets if findings.answer == "class" else ()),
    )
