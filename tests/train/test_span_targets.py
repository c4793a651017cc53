"""What is asked of tokens where an answer is a stretch of a text."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.core.examples import IGNORED
from headstart.models.tokenise_passages import tokenise_passages
from headstart.train.span_targets import END, NONE, PIECES, START, UNSEEN, span_targets
from tests.tiny import tiny_tokenizer

TEXT = "the cat sat on the mat and looked at the moon " * 4
ASKED = "where was it"


def asked_of(answer: tuple[int, int] | None, *, length: int = 32, family: str = "bert"):
    """Examples, their targets, and where each token stands in the text."""
    examples = tokenise_passages([ASKED], [TEXT], tiny_tokenizer(family), max_length=length)
    targets = span_targets(examples, [answer])
    spans = np.where(examples.words[:, None] >= 0, examples.spans[np.maximum(examples.words, 0)], -1)
    return examples, targets, spans


@pytest.mark.parametrize("family", ["bert", "gpt2"])
def test_every_window_asks_for_one_start_and_one_end(family):
    at = TEXT.index("mat and", 40)
    examples, targets, spans = asked_of((at, at + len("mat and")), family=family)
    held = 0
    for first, last in zip(examples.offsets[:-1], examples.offsets[1:], strict=True):
        mine = np.maximum(targets[first:last], 0)
        starts, ends = np.flatnonzero(mine & START), np.flatnonzero(mine & END)
        assert len(starts) == len(ends) == (mine & NONE > 0).sum() == 1
        start, end = spans[first + starts[0]], spans[first + ends[0]]
        if mine[starts[0]] & NONE:
            assert starts[0] == ends[0]
        else:
            held += 1
            assert TEXT[start[0] : end[1]].strip() == "mat and"
    assert 0 < held < len(examples)


def test_without_an_answer_every_window_says_so():
    examples, targets, _ = asked_of(None)
    first = examples.offsets[:-1]
    assert (targets[first] & (START | END | NONE) == START | END | NONE).all()
    assert (np.delete(targets, first) <= 0).all()


def test_questions_and_marks_are_no_places_and_all_others_are():
    examples, targets, _ = asked_of((4, 7))
    np.testing.assert_array_equal(targets == IGNORED, examples.words < 0)


def test_some_of_the_other_pieces_are_drawn_and_all_are_counted():
    examples = tokenise_passages([ASKED], [TEXT], tiny_tokenizer("bert"), max_length=64)
    targets = span_targets(examples, [(4, 7)])
    for first, last in zip(examples.offsets[:-1], examples.offsets[1:], strict=True):
        mine = targets[first:last]
        assert mine[0] // PIECES == (mine != IGNORED).sum() - 1
        assert (mine == UNSEEN).sum() + (mine >= 0).sum() == mine[0] // PIECES + 1
        assert 32 <= (mine >= 0).sum() <= 36


def test_an_answer_that_reaches_over_the_end_of_a_window_is_not_in_it():
    examples, targets, _ = asked_of((0, len(TEXT) - 1))
    assert (targets[examples.offsets[:-1]] & START > 0).all()


def test_an_answer_within_a_token_is_that_token():
    _, targets, spans = asked_of((5, 6))
    (place,) = np.flatnonzero((targets > 0) & (targets & NONE == 0) & (targets & START > 0))
    assert spans[place].tolist() == [4, 7]
