"""How long an answer may be, from those that are learnt."""

from __future__ import annotations

import pytest

from headstart.models.chat_template import ChatTemplate
from headstart.models.tokenise_dialogues import tokenise_dialogues
from headstart.train.answer_lengths import LEAST, answer_lengths, longest_answer
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


def test_no_answer_takes_more_than_half_of_what_is_read():
    assert longest_answer(learnt(talk("a", "b" * 200)), 100) == 50
