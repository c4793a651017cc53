"""Conversations in a base's own template, or under plain headings."""

from __future__ import annotations

import pytest
from transformers import AutoTokenizer

from headstart.core.turns import Turn
from headstart.errors import BaseError
from headstart.models.chat_template import OWN, PLAIN, ChatTemplate
from tests.contracts.chat_data import CHATML
from tests.models.test_tokenise_dialogues import NO_END, THINKS
from tests.tiny import tiny_tokenizer

TALK = (
    Turn(role="system", content="Be brief."),
    Turn(role="user", content="Hi"),
    Turn(role="assistant", content="Hello!"),
)
NO_SYSTEM = (
    "{% for message in messages %}{% if message['role'] == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}"
    "{{ '<' + message['role'] + '>' + message['content'] }}{% endfor %}"
)
DROPS_SYSTEM = (
    "{% for message in messages %}{% if message['role'] != 'system' %}"
    "{{ '<' + message['role'] + '>' + message['content'] }}{% endif %}{% endfor %}"
)


def tokenizer_with(template, family="llama"):
    tokenizer = tiny_tokenizer(family)
    tokenizer.chat_template = template
    return tokenizer


def test_a_base_without_a_template_gets_plain_headings():
    tokenizer = tokenizer_with(None)
    template = ChatTemplate(tokenizer)
    assert template.name == PLAIN
    assert template.render(TALK) == ("<s>Be brief.\n\n### Instruction:\nHi\n\n### Response:\nHello!</s>\n\n")
    assert template.render(TALK[:2], asks=True) == "<s>Be brief.\n\n### Instruction:\nHi\n\n### Response:\n"
    # It is part of the tokenizer from now on, and still known for what it is.
    assert ChatTemplate(tokenizer).name == PLAIN


def test_a_tokenizer_without_a_mark_for_beginnings_does_without():
    assert ChatTemplate(tokenizer_with(None, "gpt2")).render(TALK[1:2]).startswith("### Instruction")


def test_the_own_template_is_kept():
    template = ChatTemplate(tokenizer_with(CHATML))
    assert template.name == OWN
    assert template.render(TALK[:2], asks=True) == "<|system|>Be brief.</s><|user|>Hi</s><|assistant|>"


@pytest.mark.parametrize("words", [NO_SYSTEM, DROPS_SYSTEM])
def test_a_system_message_goes_before_the_question_where_it_has_no_place(words):
    assert ChatTemplate(tokenizer_with(words)).render(TALK[:2]) == "<user>Be brief.\n\nHi"


def test_a_template_that_fails_is_named():
    with pytest.raises(BaseError, match=r"chat template .* fails"):
        ChatTemplate(tokenizer_with("{{ raise_exception('never') }}")).render(TALK)


@pytest.mark.parametrize(
    "day",
    [
        # As Llama 3.2 and SmolLM3 have it.
        "{% if strftime_now is defined %}{% set day = strftime_now('%d %b %Y') %}{% else %}"
        "{% set day = 'x' %}{% endif %}{{ 'Today: ' + day }}",
        "{%- set today = strftime_now('%d %B %Y') -%}{{ 'Today: ' ~ today }}",
    ],
)
def test_a_template_that_writes_the_day_writes_the_same_every_day(day):
    template = ChatTemplate(tokenizer_with(day + CHATML))
    assert template.render(TALK[:1]).startswith("Today: 26 Jul 2024<|")


def test_what_is_saved_writes_that_day_under_the_library_alone(tmp_path):
    tokenizer = tokenizer_with("{{ 'Today: ' + strftime_now('%d %b %Y') }}" + CHATML)
    once = ChatTemplate(tokenizer).render(TALK[:1])
    tokenizer.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    messages = [{"role": TALK[0].role, "content": TALK[0].content}]
    assert again.apply_chat_template(messages, tokenize=False) == once
    assert ChatTemplate(again).render(TALK[:1]) == once
    assert again.chat_template == tokenizer.chat_template


def test_a_tokenizer_without_an_end_is_refused():
    tokenizer = tokenizer_with(None)
    tokenizer.eos_token = None
    with pytest.raises(BaseError, match="no eos_token"):
        ChatTemplate(tokenizer)


@pytest.mark.parametrize(
    ("words", "opening"),
    # One without a mark of its own for where an answer begins has the assistant's name there.
    [(None, ""), (CHATML, ""), (NO_END, ""), (THINKS, "(hm)"), (NO_SYSTEM, "<assistant>")],
)
def test_what_a_template_puts_before_each_answer_is_known(words, opening):
    template = ChatTemplate(tokenizer_with(words))
    assert template.opening == opening
    assert template.tokenizer.decode(template.begun).strip() == opening


def test_what_an_answer_is_begun_with_has_the_tokens_that_it_has_before_any_words():
    template = ChatTemplate(tokenizer_with(THINKS.replace("(hm)", "hm: ")))
    assert template.begun
    for words in ("six", "Not", "42", "- a"):
        found = template.tokenizer(template.opening + words, add_special_tokens=False)["input_ids"]
        assert tuple(found[: len(template.begun)]) == template.begun


@pytest.mark.parametrize(
    ("words", "written", "said"),
    [
        (THINKS, "(hm)six</s>", "six"),
        (THINKS, " (hm) six", "six"),
        (THINKS, "six", "six"),
        (THINKS, "six (hm)", "six (hm)"),
        (CHATML, "(hm)six</s>", "(hm)six"),
        (THINKS.replace("(hm)", "<unk>hm<unk>"), "<unk>hm<unk>six", "six"),
        (None, " a , b do n't ", "a , b do n't"),
        (None, "", ""),
    ],
)
def test_an_answer_is_read_without_what_a_template_puts_before_it(words, written, said):
    template = ChatTemplate(tokenizer_with(words))
    ids = template.tokenizer(written, add_special_tokens=False)["input_ids"]
    assert template.said(ids) == said
