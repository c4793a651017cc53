"""Questions beside their texts as windows of tokens, for tokenizers of every family."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.models.describe import describe
from headstart.models.open_base import open_tokenizer
from headstart.models.tokenise_passages import tokenise_passages
from tests.tiny import tiny_tokenizer

LONG = "the cat sat on the mat, " * 12 + "and looked at the moon."
QUESTIONS = ["what is broken?", "where was my film " * 20, ""]
CONTEXTS = ["my screen is broken", LONG, "a good film"]


@pytest.mark.parametrize("family", ["bert", "roberta", "gpt2", "llama", "t5"])
@pytest.mark.parametrize("length", [16, 24, 64])
def test_the_pieces_of_windows_cover_the_text_in_order(family, length):
    found = tokenise_passages(QUESTIONS, CONTEXTS, tiny_tokenizer(family), max_length=length)
    assert found.lengths.max() <= length
    assert set(found.owners) == {0, 1, 2}
    assert found.sizes.sum() == len(found.spans) == (found.words >= 0).sum()
    assert found.texts == tuple(CONTEXTS)
    ends = np.cumsum(found.sizes)
    for row, context in enumerate(CONTEXTS):
        spans = found.spans[ends[row] - found.sizes[row] : ends[row]]
        covered = {at for start, stop in spans.tolist() for at in range(start, stop)}
        assert covered >= {at for at, sign in enumerate(context) if not sign.isspace()}
        assert spans.max() <= len(context)
        # One piece of no length in each window.
        assert (spans[:, 1] == 0).sum() == (found.owners == row).sum()


def test_windows_are_those_of_transformers_where_the_question_fits(tiny_bert):
    tokenizer = open_tokenizer(describe(str(tiny_bert)))
    found = tokenise_passages(QUESTIONS[:1], [LONG], tokenizer, max_length=32)
    asked = len(tokenizer(QUESTIONS[0], add_special_tokens=False)["input_ids"])
    assert asked < (32 - 3) // 2
    theirs = tokenizer(
        QUESTIONS[0],
        LONG,
        max_length=32,
        truncation="only_second",
        stride=(32 - 3 - (32 - 3) // 2) // 2,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    assert found.tokens.tolist() == [each for ids in theirs["input_ids"] for each in ids]
    assert found.segments.tolist() == [each for ids in theirs["token_type_ids"] for each in ids]
    expected = [
        list(span)
        for window in range(len(theirs["input_ids"]))
        for span, part in zip(theirs["offset_mapping"][window], theirs.sequence_ids(window), strict=True)
        if part == 1
    ]
    assert [span for span in found.spans.tolist() if span[1]] == expected


def test_the_tokenizer_keeps_its_own_settings(tiny_bert):
    tokenizer = open_tokenizer(describe(str(tiny_bert)))
    before = tokenizer.backend_tokenizer.to_str()
    tokenise_passages(QUESTIONS, CONTEXTS, tokenizer, max_length=16)
    assert tokenizer.backend_tokenizer.to_str() == before


def test_no_rows_and_empty_texts():
    tokenizer = tiny_tokenizer("bert")
    assert len(tokenise_passages([], [], tokenizer, max_length=16)) == 0
    found = tokenise_passages(["what?"], [""], tokenizer, max_length=16)
    assert found.spans.tolist() == [[0, 0]]
