"""Token ids are those of the tokenizer, only faster, and its own settings stay as they were."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

from headstart.models import tokenise as module
from headstart.models.tokenise import tokenise
from tests.tiny import FAMILIES, SENTENCES, tiny_tokenizer

if TYPE_CHECKING:
    from headstart.core.examples import Examples

TEXTS = [*SENTENCES, "", " ", "a", "Ünïcödé 日本語 \x00 🙂", "moon " * 100]
SECOND = ["short", *TEXTS[1:]]


def ids(examples: Examples) -> list[list[int]]:
    bounds = zip(examples.offsets[:-1], examples.offsets[1:], strict=True)
    return [examples.tokens[start:stop].tolist() for start, stop in bounds]


@pytest.mark.parametrize("family", FAMILIES)
def test_ids_are_those_of_the_tokenizer(family: str) -> None:
    tokenizer = tiny_tokenizer(family)
    examples = tokenise([TEXTS], tokenizer, 16)
    expected = tokenizer(TEXTS, truncation=True, max_length=16)["input_ids"]
    assert [got for got, wanted in zip(ids(examples), expected, strict=True) if wanted] == [
        e for e in expected if e
    ]
    assert examples.lengths.min() >= 1
    assert examples.owners.tolist() == list(range(len(TEXTS)))
    assert examples.segments is None


def test_two_columns_are_a_pair_with_segments() -> None:
    tokenizer = tiny_tokenizer("bert")
    examples = tokenise([TEXTS, SECOND], tokenizer, 20)
    expected = tokenizer(TEXTS, SECOND, truncation=True, max_length=20)
    assert ids(examples) == expected["input_ids"]
    assert examples.segments is not None
    assert examples.segments.tolist() == [each for row in expected["token_type_ids"] for each in row]


@pytest.mark.parametrize("family", ["roberta", "t5"])
def test_a_pair_without_segments(family: str) -> None:
    tokenizer = tiny_tokenizer(family)
    examples = tokenise([TEXTS, SECOND], tokenizer, 20)
    assert ids(examples) == tokenizer(TEXTS, SECOND, truncation=True, max_length=20)["input_ids"]
    assert examples.segments is None


@pytest.mark.parametrize(("family", "columns"), [("bert", 3), ("gpt2", 2)])
def test_columns_that_make_no_pair_are_joined_by_a_line_break(family: str, columns: int) -> None:
    tokenizer = tiny_tokenizer(family)
    joined = ["\n".join([text] * columns) for text in SENTENCES]
    assert ids(tokenise([list(SENTENCES)] * columns, tokenizer, 64)) == ids(tokenise([joined], tokenizer, 64))


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = tiny_tokenizer("bert")
    whole = tokenise([TEXTS, SECOND], tokenizer, 20)
    monkeypatch.setattr(module, "CHUNK_ROWS", 2)
    monkeypatch.setattr(module, "CHUNK_CHARACTERS", 60)
    parts = tokenise([TEXTS, SECOND], tokenizer, 20)
    assert ids(parts) == ids(whole)
    assert parts.owners.tolist() == whole.owners.tolist()


@pytest.mark.parametrize(
    "text", ["moon " * 5000, " " * 9000 + "the moon", "x" * 9000, ("z" * 4000 + " ") * 3]
)
@pytest.mark.parametrize("side", ["right", "left"])
def test_a_very_long_text_is_cut_as_the_tokenizer_cuts_it(text: str, side: str) -> None:
    tokenizer = tiny_tokenizer("bert")
    tokenizer.truncation_side = side
    examples = tokenise([[text, "a good film"]], tokenizer, 12)
    assert ids(examples) == tokenizer([text, "a good film"], truncation=True, max_length=12)["input_ids"]


@pytest.mark.parametrize("text", ["x" * 3_000_000, " " * 3_000_000, "moon " * 600_000])
def test_a_cell_of_megabytes_is_an_example_like_any_other(text: str) -> None:
    examples = tokenise([["the cat", text, "a good film"]], tiny_tokenizer("bert"), 8)
    assert examples.owners.tolist() == [0, 1, 2]
    assert 2 <= examples.lengths[1] <= 8
    assert ids(examples)[2] == tiny_tokenizer("bert")("a good film")["input_ids"]


def test_windows_cover_a_long_text_and_belong_to_its_row() -> None:
    tokenizer = tiny_tokenizer("bert")
    words = [f"{'abcdefgh'[n % 8]}{n}" for n in range(40)]
    texts = ["the cat", " ".join(words), "", "a good film"]
    examples = tokenise([texts], tokenizer, 16, windows=True)
    assert examples.lengths.max() == 16
    assert examples.owners.tolist() == sorted(examples.owners.tolist())
    assert set(examples.owners.tolist()) == {0, 1, 2, 3}
    windows = [row[1:-1] for row, owner in zip(ids(examples), examples.owners, strict=True) if owner == 1]
    whole = tokenizer(texts[1])["input_ids"][1:-1]
    overlap = 14 // module.OVERLAPS
    covered = windows[0] + [each for window in windows[1:] for each in window[overlap:]]
    assert covered == whole
    assert ids(examples)[0] == tokenizer("the cat")["input_ids"]


def test_the_tokenizer_keeps_its_own_settings() -> None:
    tokenizer = tiny_tokenizer("bert")
    tokenizer.backend_tokenizer.enable_padding(length=128)
    tokenizer.backend_tokenizer.enable_truncation(100, stride=3)
    before = copy.deepcopy((tokenizer.backend_tokenizer.padding, tokenizer.backend_tokenizer.truncation))
    assert tokenise([["the cat"]], tokenizer, 16).lengths.tolist() == [4]
    assert (tokenizer.backend_tokenizer.padding, tokenizer.backend_tokenizer.truncation) == before


def test_no_texts_give_no_examples() -> None:
    examples = tokenise([[]], tiny_tokenizer("bert"), 16)
    assert (len(examples), examples.offsets.tolist(), len(examples.tokens)) == (0, [0], 0)
