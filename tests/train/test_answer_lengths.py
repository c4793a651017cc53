"""How long an answer may be, from those that are learnt."""

from __future__ import annotations

import pytest

from headstart.models.chat_template import ChatTemplate
from headstart.models.describe import describe
from headstart.models.tokenise_dialogues import tokenise_dialogues
from headstart.train.answer_lengths import LEAST, answer_lengths, conversation_length, longest_answer
from tests.contracts.chat_data import CHATML
from tests.models.test_tokenise_dialogues import talk
from tests.tiny import tiny_tokenizer


def learnt(*talks):
    tokenizer = tiny_tokenizer("llama")
    tokenizer.chat_template = CHATML
    return tokenise_dialogues(talks, ChatTemplate(tokenizer), max_length=1000)


def test_each_answer_of_a_conversation_counts_by_itself():
    found = learnt(talk("a", "b" * 40, "c", "d" * 40, "e", "f" * 40), talk("g", "h" * 20))
    # A byte is a token here, and one more ends an answer.
    assert answer_lengths(found.examples).tolist() == [41, 41, 41, 21]
    assert longest_answer(found, 1000) == round(1.25 * 41)


@pytest.mark.parametrize("talks", [(), (talk("a", "b"),)])
def test_short_answers_and_none_leave_some_room(talks):
    assert longest_answer(learnt(*talks), 1000) == LEAST


@pytest.mark.parametrize(("answer", "longest"), [(60, 76), (79, 99), (200, 99)])
def test_an_answer_may_take_all_that_is_read_but_a_token(answer, longest):
    assert longest_answer(learnt(talk("a", "b" * answer)), 100) == longest


@pytest.mark.parametrize(("wanted", "length"), [(None, 256), (100, 100), (5000, 256)])
def test_no_more_of_a_conversation_is_learnt_from_than_is_read(tiny_llama, wanted, length):
    assert conversation_length(describe(str(tiny_llama)), wanted) == length
