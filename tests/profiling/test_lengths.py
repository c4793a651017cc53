"""Lengths are counted as the base reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart.profiling.lengths import lengths_of

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["one", "one two", "", "one two three  four\nfive", "a b c"]


def test_words_without_a_tokenizer() -> None:
    lengths = lengths_of([TEXTS], tokenizer=None, name="words", limit=3)
    counts = [1, 2, 0, 5, 3]
    assert (lengths.mean, lengths.median, lengths.longest) == (pytest.approx(2.2), 2, 5)
    assert lengths.p90 == pytest.approx(np.quantile(counts, 0.9))
    assert lengths.truncated == pytest.approx(0.2)
    assert (lengths.tokenizer, lengths.limit, lengths.counted) == ("words", 3, 5)


def test_columns_are_counted_together() -> None:
    assert lengths_of([["a b"], ["c d e"]], tokenizer=None, name="words", limit=9).longest == 5


def test_tokens_with_their_special_ones(tiny_bert: Path) -> None:
    from headstart.models.describe import describe
    from headstart.models.open_base import open_tokenizer

    tokenizer = open_tokenizer(describe(str(tiny_bert)))
    lengths = lengths_of([TEXTS * 3], tokenizer=tokenizer, name="tiny", limit=4)
    expected = [len(tokenizer(text)["input_ids"]) for text in TEXTS * 3]
    assert lengths.mean == pytest.approx(np.mean(expected))
    assert lengths.longest == max(expected)
    assert lengths.truncated == pytest.approx(np.mean(np.array(expected) > 4))
    assert lengths.tokenizer == "tiny"
