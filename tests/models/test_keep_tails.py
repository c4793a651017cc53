"""Columns in words are never cut away: a long text gives way."""

from __future__ import annotations

import pytest

from headstart.models.keep_tails import with_tails
from headstart.models.tokenise import tokenise
from tests.tiny import tiny_backbone

LONG = "the cat sat on the mat and looked at the moon " * 20


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return tiny_backbone(tmp_path_factory.mktemp("base"), "bert").tokenizer


def read(tokenizer, columns, max_length):
    """What is left of the texts once they are cut."""
    examples = tokenise(columns, tokenizer, max_length)
    ids = [
        examples.tokens[start:stop].tolist()
        for start, stop in zip(examples.offsets[:-1], examples.offsets[1:], strict=True)
    ]
    return [tokenizer.decode(each, skip_special_tokens=True) for each in ids]


def test_short_texts_are_whole(tokenizer):
    assert with_tails([["a film", "the end"]], ["red: 1", ""], tokenizer, max_length=64) == [
        ["a film\nred: 1", "the end"]
    ]


def test_a_long_text_gives_way_to_its_tail(tokenizer):
    tail = "the screen is broken"
    (texts,) = with_tails([[LONG]], [tail], tokenizer, max_length=24)
    assert texts[0].startswith("the cat sat")
    assert texts[0].endswith(tail)
    assert read(tokenizer, [texts], 24)[0].endswith(tail)
    # Without it the tail is lost.
    assert not read(tokenizer, [[f"{LONG}\n{tail}"]], 24)[0].endswith(tail)


def test_a_pair_stays_a_pair_and_its_second_text_gives_way(tokenizer):
    tail = "the screen is broken"
    first, second = with_tails([["a good film"], [LONG]], [tail], tokenizer, max_length=24)
    assert first == ["a good film"]
    assert read(tokenizer, [first, second], 24)[0].endswith(tail)


def test_a_tail_beyond_all_room_leaves_the_text_a_quarter(tokenizer):
    (texts,) = with_tails([[LONG]], [LONG], tokenizer, max_length=40)
    head = texts[0].split("\n")[0]
    assert 0 < len(head) < len(LONG) / 4


def test_three_columns_are_joined(tokenizer):
    assert with_tails([["a"], ["b"], ["c"]], ["d"], tokenizer, max_length=24) == [["a\nb\nc\nd"]]
