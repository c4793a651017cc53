"""Texts to read and texts to write as token ids."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from headstart.models.batching import collate
from headstart.models.subset import subset
from headstart.models.tokenise_texts import tokenise_texts, with_targets
from tests.tiny import tiny_tokenizer
from tests.tiny_writers import tiny_writing_tokenizer, with_language

TEXTS = ("the cat sat on the mat", "", "a good film")
TARGETS = (("the moon", "the light"), ("a mat",), ("a bad end was never good",))


@pytest.fixture
def tokenizer():
    return tiny_writing_tokenizer()


def stretches(values, offsets):
    return [values[start:stop].tolist() for start, stop in pairwise(offsets)]


def test_tokens_are_those_of_the_tokenizer(tokenizer):
    found = tokenise_texts(TEXTS, tokenizer, 64)
    assert stretches(found.tokens, found.offsets) == tokenizer(list(TEXTS)).input_ids
    assert found.owners.tolist() == [0, 1, 2]


def test_what_is_longer_is_cut_and_ended(tokenizer):
    found = tokenise_texts(TEXTS, tokenizer, 3)
    assert found.lengths.tolist() == [3, 1, 3]
    assert found.tokens[2] == tokenizer.eos_token_id


def test_a_row_has_an_example_for_each_text_to_write(tokenizer):
    found = with_targets(tokenise_texts(TEXTS, tokenizer, 64), TARGETS, tokenizer, max_length=64)
    assert found.owners.tolist() == [0, 0, 1, 2]
    flat = [text for each in TARGETS for text in each]
    assert stretches(found.targets, found.target_offsets) == tokenizer(flat).input_ids
    assert (found.loads == found.lengths + found.target_lengths).all()


def test_the_end_is_put_where_a_tokenizer_leaves_it_out():
    other = tiny_tokenizer("bert")
    read = tokenise_texts(["the cat"], other, 64)
    for most in (64, 3):
        found = with_targets(read, [["the cat sat"]], other, max_length=most, end=1)
        assert found.targets[-1] == 1
        assert len(found.targets) <= most


@pytest.mark.parametrize("most", [64, 4])
def test_a_language_that_is_named_after_the_end_stays_there(tokenizer, most):
    found = with_targets(
        tokenise_texts(["the cat"], tokenizer, 64),
        [["the cat sat"]],
        with_language(tokenizer),
        max_length=most,
    )
    assert found.targets[-2:].tolist() == [tokenizer.eos_token_id, tokenizer.bos_token_id]
    assert len(found.targets) == min(most, 5)


def test_batches_hold_the_tokens_to_write(tokenizer):
    found = with_targets(tokenise_texts(TEXTS, tokenizer, 64), TARGETS, tokenizer, max_length=64)
    batch = collate(found, np.array([3, 1]), pad=0)
    assert batch.targets[0].tolist() == tokenizer(TARGETS[2][0]).input_ids
    assert batch.targets[1].tolist() == [*tokenizer(TARGETS[0][1]).input_ids, *[-100] * 4]


def test_a_subset_keeps_each_text_beside_its_own(tokenizer):
    found = with_targets(tokenise_texts(TEXTS, tokenizer, 64), TARGETS, tokenizer, max_length=64)
    some = subset(found, np.array([3, 0]))
    assert stretches(some.targets, some.target_offsets) == tokenizer([TARGETS[2][0], TARGETS[0][0]]).input_ids
    assert some.owners.tolist() == [2, 0]
