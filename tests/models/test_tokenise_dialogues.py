"""Which tokens are answers, and what is cut away of conversations that are too long."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.core.examples import IGNORED
from headstart.core.turns import Turn
from headstart.models.chat_template import ChatTemplate
from headstart.models.tokenise_dialogues import (
    dialogue_lengths,
    preview,
    tokenise_dialogues,
    tokenise_prompts,
)
from tests.contracts.chat_data import CHATML
from tests.tiny import tiny_tokenizer

# Writes a thought before the last answer alone, as some reasoning models' templates do.
THINKS = CHATML.replace(
    "{{ '<|' + message['role'] + '|>'",
    "{{ '<|' + message['role'] + '|>' + ('(hm)' if loop.last and message['role'] == 'assistant' else '')",
)
NO_END = CHATML.replace(" + '</s>'", " + '\\n'")


def talk(*contents: str) -> tuple[Turn, ...]:
    return tuple(
        Turn(role="assistant" if at % 2 else "user", content=each) for at, each in enumerate(contents)
    )


def template_of(words: str | None) -> ChatTemplate:
    tokenizer = tiny_tokenizer("llama")
    tokenizer.chat_template = words
    return ChatTemplate(tokenizer)


def learnt(found, tokenizer, example: int = 0) -> list[str]:
    """The stretches that are asked for."""
    first, stop = found.examples.offsets[example : example + 2]
    targets = found.examples.targets[first:stop]
    asked = np.flatnonzero(targets != IGNORED)
    runs = np.split(asked, np.flatnonzero(np.diff(asked) > 1) + 1)
    return [tokenizer.decode(targets[run]) for run in runs if len(run)]


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        (None, ["4</s>", "6</s>"]),
        (CHATML, ["4</s>", "6</s>"]),
        # Earlier answers are written in another way than the last, so that they can't be learnt as they are.
        (THINKS, ["(hm)6</s>"]),
        # Where a template has no end of a turn, the end of a text is appended.
        (NO_END, ["4\n</s>", "6\n</s>"]),
    ],
)
def test_answers_and_their_ends_alone_are_learnt(words, answers):
    template = template_of(words)
    found = tokenise_dialogues([talk("2+2?", "4", "3+3?", "6")], template, max_length=256)
    assert learnt(found, template.tokenizer) == answers
    assert found.stops == (template.tokenizer.eos_token_id,)
    assert (found.cut_questions, found.cut_answers) == (0, 0)
    assert found.only_read == 2 - len(answers)


def test_most_answers_tell_what_answers_begin_with():
    template = template_of(CHATML)
    turns = [talk("1?", "no", "2?", "(hm)6"), talk("3?", "(hm)4"), talk("4?", "5")]
    found = tokenise_dialogues(turns, template, max_length=256)
    ids = template.tokenizer("(hm)", add_special_tokens=False)["input_ids"]
    assert found.begin_with(ids)
    assert found.begin_with(())
    assert not tokenise_dialogues(turns[1:], template, max_length=256).begin_with(ids)


@pytest.mark.parametrize("words", [None, CHATML, NO_END, THINKS])
def test_a_question_has_the_same_tokens_whether_or_not_its_answer_follows(words):
    template = template_of(words)
    turns = talk("2+2?", "4", "3+3?", "6")
    found = tokenise_dialogues([turns], template, max_length=256, last=True)
    (prompt,) = tokenise_prompts([turns[:-1]], template)
    assert found.examples.tokens[: len(prompt)].tolist() == prompt
    targets = found.examples.targets
    assert (targets[: len(prompt) - 1] == IGNORED).all()
    assert targets[len(prompt) - 1] != IGNORED


def test_a_long_question_loses_its_oldest_tokens_and_no_answer():
    template = template_of(None)
    turns = talk("x" * 100, "short")
    found = tokenise_dialogues([turns, talk("a", "b")], template, max_length=64)
    assert found.examples.lengths.tolist()[0] == 63
    assert (found.cut_questions, found.cut_answers) == (1, 0)
    assert learnt(found, template.tokenizer) == ["short</s>"]
    assert found.examples.tokens[0] == template.tokenizer.bos_token_id


def test_a_long_answer_loses_its_end_and_keeps_a_part_of_its_question():
    template = template_of(None)
    found = tokenise_dialogues([talk("x" * 100, "y" * 100)], template, max_length=64)
    assert (found.cut_questions, found.cut_answers) == (1, 1)
    (answer,) = learnt(found, template.tokenizer)
    assert set(answer) == {"y"}
    assert len(answer) == 48


@pytest.mark.parametrize(("words", "added"), [(CHATML, 0), (None, 0), (NO_END, 2)])
def test_ends_that_a_template_lacks_are_counted(words, added):
    found = tokenise_dialogues([talk("2+2?", "4", "3+3?", "6")], template_of(words), max_length=256)
    assert found.added_ends == added


@pytest.mark.parametrize(("length", "lost"), [(256, 0), (80, 0), (60, 1), (38, 2)])
def test_earlier_answers_that_are_gone_whole_are_counted(length, lost):
    template = template_of(CHATML)
    turns = talk("a" * 10, "first", "b" * 10, "second", "c" * 10, "third")
    found = tokenise_dialogues([turns], template, max_length=length)
    assert found.lost_answers == lost
    # What is still learnt of earlier answers ends as they did.
    left = learnt(found, template.tokenizer)
    assert left[-1] == "third</s>"
    for text, whole in zip(left[:-1], ["first</s>", "second</s>"][lost:], strict=True):
        assert whole.endswith(text)


def test_lengths_are_those_before_the_last_answer_and_of_it():
    template = template_of(CHATML)
    turns = [talk("2+2?", "4", "3+3?", "six"), talk("a", "b")]
    found = dialogue_lengths(turns, template)
    prompts = tokenise_prompts([each[:-1] for each in turns], template)
    assert found[:, 0].tolist() == [len(each) for each in prompts]
    assert found[:, 1].tolist() == [4, 2]
    assert dialogue_lengths([], template).shape == (0, 2)


def test_a_preview_leaves_out_the_middle_of_long_texts():
    template = template_of(CHATML)
    found = tokenise_dialogues([talk("x" * 1000, "y" * 500)], template, max_length=4096)
    shown = preview(found.examples, template.tokenizer)
    assert len(shown) < 700
    assert shown.startswith("read: '<|user|>xxx")
    assert shown.endswith("yyy</s>'")
    assert "characters more" in shown


def test_the_preview_shows_what_is_read_and_what_is_learnt():
    template = template_of(CHATML)
    found = tokenise_dialogues([talk("2+2?", "4", "3+3?", "6")], template, max_length=256)
    assert preview(found.examples, template.tokenizer) == (
        "read: '<|user|>2+2?</s><|assistant|>'; learnt: '4</s>'; "
        "read: '<|user|>3+3?</s><|assistant|>'; learnt: '6</s>'"
    )


def test_no_conversations_make_no_examples():
    found = tokenise_dialogues([], template_of(None), max_length=64)
    assert len(found.examples) == 0
    assert tokenise_prompts([], template_of(None)) == []
