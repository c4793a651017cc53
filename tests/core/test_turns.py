"""Conversations in the shapes of OpenAI and ShareGPT, and the cells that hold them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from headstart.core.turns import Turn, messages_cell, prompt_text, prompt_turns, shape_of, turns_of

OPENAI = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
SHAREGPT = [{"from": "system", "value": "Be brief."}, {"from": "human", "value": "Hi"}]


@pytest.mark.parametrize("messages", [OPENAI, SHAREGPT, json.dumps(OPENAI), json.dumps(SHAREGPT)])
def test_both_shapes_say_the_same(messages):
    assert turns_of(messages) == (
        Turn(role="system", content="Be brief."),
        Turn(role="user", content="Hi"),
    )


@pytest.mark.parametrize("value", ["plain text", "[1, 2]", "[not json", [], None, 3, [{"text": "a"}]])
def test_other_values_are_no_conversations(value):
    assert shape_of(value) is None
    with pytest.raises(ValueError, match="no list of messages"):
        turns_of(value)


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([{"role": "tool", "content": "4"}], "no tools"),
        ([{"role": "user", "content": None}], "no text in the content of message 1"),
        (
            [{"role": "user", "content": "a"}, {"from": "gpt", "value": "b"}],
            "no role and content in message 2",
        ),
    ],
)
def test_a_faulty_message_is_named(messages, said):
    with pytest.raises(ValueError, match=said):
        turns_of(messages)


@pytest.mark.parametrize("content", ["What is 2 + 2?", "", "[1, 2]", json.dumps(OPENAI)])
def test_a_cell_gives_back_what_it_was_made_of(content):
    for turns in ((Turn(role="user", content=content),), turns_of(OPENAI)):
        assert prompt_turns(prompt_text(turns)) == turns


def test_a_lone_question_stays_readable():
    assert prompt_text([Turn(role="user", content="What is 2 + 2?")]) == "What is 2 + 2?"


@pytest.mark.parametrize("cell", [OPENAI, tuple(OPENAI), np.array(OPENAI, dtype=object)])
def test_messages_become_a_cell_however_they_come(cell):
    assert prompt_turns(messages_cell(cell)) == turns_of(OPENAI)
    assert messages_cell("[1, 2]") == "[1, 2]"
    assert messages_cell([1, 2]) == [1, 2]
