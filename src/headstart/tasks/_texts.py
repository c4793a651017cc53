"""Texts as examples, and what several windows of one text say together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float
    from numpy import ndarray
    from transformers import PreTrainedTokenizerBase

    from headstart.core.examples import Examples
    from headstart.core.rows import Rows


def text_examples(
    rows: Rows,
    tokenizer: PreTrainedTokenizerBase,
    max_length: int,
    *,
    windows: bool,
    targets: Callable[[Rows], ndarray],
) -> Examples:
    """Token ids of each text, or of each of its windows, with the row's target where it has one.

    Columns beside the text come after it, and a long text is cut rather than these; windows cut nothing.

    Args:
        rows: the rows.
        tokenizer: the base's tokenizer.
        max_length: tokens in an example at most.
        windows: cover a longer text by several examples instead of cutting it.
        targets: gives a target for each row that has one.
    """
    from headstart.models.keep_tails import with_tails
    from headstart.models.tokenise import tokenise

    columns = [rows.frame[name].to_list() for name in rows.columns.text]
    if rows.columns.features and windows:
        columns = [rows.texts]
    elif rows.columns.features:
        columns = with_tails(columns, rows.tails, tokenizer, max_length=max_length)
    examples = tokenise(columns, tokenizer, max_length, windows=windows)
    if rows.columns.target is None:
        return examples
    return replace(examples, targets=targets(rows)[examples.owners])


def mean_of_windows(
    each: Float[ndarray, "examples outputs"], examples: Examples
) -> Float[ndarray, "rows outputs"]:
    """The mean of what is said of the examples of each row."""
    owners = examples.owners
    if not len(owners) or owners[-1] + 1 == len(owners):
        return each
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    return np.asarray(np.add.reduceat(each, starts) / np.bincount(owners)[:, None])
