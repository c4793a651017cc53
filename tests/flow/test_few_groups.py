"""A file of few and uneven groups, from its rows to a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

import headstart
from tests.contracts.small_data import WORDS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SIZES = {"ann": 90, "bob": 60, "cem": 45, "dee": 24, "eve": 21}


def written() -> pl.DataFrame:
    """Rows of which no two are alike, so that nothing but their author keeps them together."""
    rng = np.random.default_rng(0)
    authors = [name for name, rows in SIZES.items() for _ in range(rows)]
    labels = [str(each) for each in rng.choice([*WORDS], size=len(authors))]
    texts = [
        " ".join([*rng.choice(WORDS[label], size=3), *(f"word{each}" for each in rng.integers(9999, size=8))])
        for label in labels
    ]
    return pl.DataFrame({"text": texts, "label": labels, "author": authors})


def test_finalists_are_judged_on_no_more_folds_than_there_are_groups(
    tmp_path: Path, tiny_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "cache"))
    outcome = headstart.adapt(
        written(),
        target="label",
        text="text",
        group="author",
        base=str(tiny_bert),
        strategy=("probe", "few_shot"),
        search="none",
        out=tmp_path / "run",
    )
    assert outcome.verdict in ("adapt", "baseline", "inconclusive")
    folds = {each["portion"]["folds"] for each in outcome.values["trials"] if each["role"] == "trial"}
    assert max(folds) < len(SIZES)
