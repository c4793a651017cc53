"""What is predicted for texts that windows cover whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headstart.core.profile import Lengths
from headstart.models.describe import describe
from headstart.models.light_tokenizer import light_tokenizer
from headstart.models.tokenise import tokenise
from headstart.train.work import forward_operations, longest_tokens, mean_tokens, reading_s
from tests.contracts.small_data import FILLERS, small_situation, small_task

WINDOW, ENDLESS = 32, 100_000


@pytest.fixture(scope="module")
def texts() -> list[str]:
    rng = np.random.default_rng(0)
    return [" ".join(rng.choice(FILLERS, size=int(size))) for size in rng.integers(60, 400, size=200)]


@pytest.fixture(scope="module")
def long(tiny_bert, texts):
    """A situation with these texts, and the tokenizer that counted them."""
    base = describe(str(tiny_bert))
    tokenizer = light_tokenizer(base)
    counts = np.diff(tokenise([texts], tokenizer, ENDLESS).offsets)
    lengths = Lengths(
        tokenizer=base.name,
        mean=float(counts.mean()),
        median=float(np.median(counts)),
        p90=float(np.quantile(counts, 0.9)),
        p99=float(np.quantile(counts, 0.99)),
        longest=int(counts.max()),
        limit=base.max_length,
        truncated=0.0,
        counted=len(counts),
    )
    plain = small_situation(small_task(), base, train_rows=len(texts))
    return replace(plain, profile=replace(plain.profile, lengths=lengths)), tokenizer


def test_all_windows_of_a_text_are_counted(long, texts):
    situation, tokenizer = long
    covered = replace(situation, task=replace(situation.task, windows=True))
    read = tokenise([texts], tokenizer, WINDOW, windows=True)
    assert mean_tokens(covered, WINDOW) == pytest.approx(len(read.tokens) / len(texts), rel=0.1)
    assert mean_tokens(situation, WINDOW) == WINDOW
    # One window is held at a time.
    assert longest_tokens(covered, WINDOW) == longest_tokens(situation, WINDOW) == WINDOW


def test_each_window_is_read_by_itself(long, texts):
    situation, tokenizer = long
    covered = replace(situation, task=replace(situation.task, windows=True))
    read = tokenise([texts], tokenizer, WINDOW, windows=True)
    operations = sum(forward_operations(situation.base.shape, each) for each in np.diff(read.offsets))
    cut = len(texts) * forward_operations(situation.base.shape, WINDOW)
    found = reading_s(covered, len(texts), WINDOW) / reading_s(situation, len(texts), WINDOW)
    assert found == pytest.approx(operations / cut, rel=0.1)


def test_texts_that_fit_into_a_window_cost_what_they_did(long):
    situation, _ = long
    lengths = replace(situation.profile.lengths, mean=12.0, longest=20)
    short = replace(situation, profile=replace(situation.profile, lengths=lengths))
    covered = replace(short, task=replace(short.task, windows=True))
    assert mean_tokens(covered, WINDOW) == mean_tokens(short, WINDOW) == 12.0
    assert reading_s(covered, 10, WINDOW) == reading_s(short, 10, WINDOW)
