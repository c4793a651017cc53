"""Of many words a part is enough for a head to start from."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.core.split import Split
from headstart.tasks.tagging import Tagging
from headstart.train import start_rows as module
from headstart.train.start_rows import start_rows
from tests.contracts.small_data import small_rows, small_task
from tests.contracts.tag_data import tag_rows
from tests.tiny import tiny_backbone


@pytest.fixture
def tokenizer(tmp_path):
    return tiny_backbone(tmp_path).tokenizer


def started(task, rows, tokenizer, *, seed=0):
    split = Split(task=task, train=rows, dev=rows.take([]))

    def encode(some):
        return task.encode(some, tokenizer, 40)

    examples = encode(rows)
    return examples, *start_rows(split, examples, encode=encode, seed=seed)


def test_rows_are_drawn_until_their_tokens_are_enough(tokenizer, monkeypatch):
    monkeypatch.setattr(module, "ENOUGH_TOKENS", 200)
    rows = tag_rows(80)
    every, split, some = started(Tagging.infer(tag_rows(80)), rows, tokenizer)
    assert int(every.lengths.sum()) > 300
    assert 200 <= int(some.lengths.sum()) < 200 + int(every.lengths.max())
    chosen = split.train.numbers - 1
    assert (np.diff(chosen) > 0).all()
    assert len(chosen) == some.owners[-1] + 1
    for place, row in enumerate(chosen.tolist()):
        tokens = [
            each.tokens[each.offsets[at] : each.offsets[at + 1]] for each, at in ((some, place), (every, row))
        ]
        np.testing.assert_array_equal(*tokens)


def test_the_seed_decides_which(tokenizer, monkeypatch):
    monkeypatch.setattr(module, "ENOUGH_TOKENS", 200)
    drawn = [
        started(Tagging.infer(tag_rows(80)), tag_rows(80), tokenizer, seed=seed)[1].train.numbers.tolist()
        for seed in (0, 0, 1)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_few_words_and_whole_texts_are_all_taken(tokenizer, monkeypatch):
    every, split, some = started(Tagging.infer(tag_rows(80)), tag_rows(80), tokenizer)
    assert some is every
    assert len(split.train) == 80
    monkeypatch.setattr(module, "ENOUGH_TOKENS", 20)
    every, split, some = started(small_task(), small_rows(30), tokenizer)
    assert some is every
    assert len(split.train) == 30
