"""Targets that a base can't write whole."""

from __future__ import annotations

import pytest

from headstart.errors import DataError
from headstart.models.describe import describe
from headstart.models.refuse_too_long import refuse_too_long
from headstart.models.tokenise_texts import written_lengths
from tests.tiny_writers import tiny_writer_folder, tiny_writing_tokenizer


@pytest.fixture
def base(tmp_path):
    return describe(str(tiny_writer_folder(tmp_path, "bart")))


def test_lengths_count_what_ends_a_text():
    texts = ["the cat", "", "the cat sat on the mat"]
    assert written_lengths(texts, tiny_writing_tokenizer()).tolist() == [3, 1, 7]
    # A model may end texts by another token than its tokenizer does.
    assert written_lengths(texts, tiny_writing_tokenizer(), end=0).tolist() == [4, 2, 8]


def test_what_can_be_written_whole_passes(base):
    refuse_too_long(base, {"train": ([1, 2], [("the cat " * 31,), ("a", "mat " * 63)]), "test": ([], [])})


def test_rows_that_can_not_are_named_with_their_part(base):
    long = ("a cat " * 32,)
    parts = {"train": ([4, 9], [("a cat",), ("a", *long)]), "test": ([2, 3, 5], [long] * 3)}
    with pytest.raises(DataError) as fault:
        refuse_too_long(base, parts)
    said = str(fault.value)
    assert said.startswith("4 targets are longer than the 64 tokens that ")
    assert (
        "row 9 (train) has 65 tokens; row 2 (test) has 65 tokens; row 3 (test) has 65 tokens; and 1 more"
        in said
    )
    assert "--base" in said
