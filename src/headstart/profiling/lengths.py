"""How long texts are, in tokens of a base or in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.core.profile import Lengths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int
    from numpy import ndarray
    from transformers import PreTrainedTokenizerBase

WORDS = "words"
_UNCUT_TOKENS = 1_000_000


def lengths_of(
    columns: Sequence[list[str]], *, tokenizer: PreTrainedTokenizerBase | None, name: str, limit: int
) -> Lengths:
    """Quantiles of lengths and the share of texts that is longer than the limit.

    Args:
        columns: the text columns, as a base would be given them.
        tokenizer: what counts tokens, its special ones included; words are counted without one.
        name: name of the base whose tokenizer it is.
        limit: tokens that the base reads.
    """
    counts = _words(columns) if tokenizer is None else _tokens(columns, tokenizer)
    median, p90, p99 = np.quantile(counts, (0.5, 0.9, 0.99))
    return Lengths(
        tokenizer=WORDS if tokenizer is None else name,
        mean=float(counts.mean()),
        median=float(median),
        p90=float(p90),
        p99=float(p99),
        longest=int(counts.max()),
        limit=limit,
        truncated=float((counts > limit).mean()),
        counted=len(counts),
    )


def _tokens(columns: Sequence[list[str]], tokenizer: PreTrainedTokenizerBase) -> Int[ndarray, " rows"]:
    from headstart.models.tokenise import tokenise

    return np.asarray(tokenise(columns, tokenizer, _UNCUT_TOKENS).lengths)


def _words(columns: Sequence[list[str]]) -> Int[ndarray, " rows"]:
    counts = [pl.Series(each, dtype=pl.String).str.count_matches(r"\S+").to_numpy() for each in columns]
    return np.asarray(np.sum(counts, axis=0, dtype=np.int64))
