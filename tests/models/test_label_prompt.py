"""Questions for a label, as a base reads them, and no longer than it reads."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from headstart.core.feature import Feature
from headstart.core.rows import Columns, Rows
from headstart.errors import BaseError, SettingError
from headstart.models.fitted_prompts import fitted_prompts
from headstart.models.label_prompt import LabelPrompt
from headstart.models.question import Answered, Question, content_free, questions, stated
from tests.contracts.chat_data import CHATML
from tests.models.test_tokenise_dialogues import THINKS
from tests.tiny import tiny_tokenizer

WORDS = ("good", "bad")
SHOWN = tuple(
    Answered(question=Question(text=f"film {place}"), answer=WORDS[place % 2]) for place in range(3)
)


def prompt_of(family="llama", *, words=WORDS, positions=1000, template=None):
    tokenizer = tiny_tokenizer(family)
    tokenizer.chat_template = template
    return LabelPrompt(tokenizer=tokenizer, instruction="Choose.", words=words, positions=positions)


def said(prompt, ids):
    return prompt.tokenizer.decode(ids, skip_special_tokens=False)


def test_a_base_without_a_template_goes_on_with_a_plain_text():
    prompt = prompt_of()
    assert prompt.text(Question(text="a film"), SHOWN[:1]) == (
        "Choose.\n\nText: film 0\nLabel: good\n\nText: a film\nLabel:"
    )
    (ids,) = prompt.ids([prompt.text(Question(text="a film"))])
    assert said(prompt, ids).startswith("<s>Choose.")
    assert [said(prompt, each) for each in prompt.labels] == [" good", " bad"]


def test_a_base_with_a_template_is_asked_in_a_conversation():
    prompt = prompt_of(template=CHATML)
    assert prompt.text(Question(text="a film"), SHOWN[1:2]) == (
        "<|system|>Choose.</s><|user|>film 1</s><|assistant|>bad</s><|user|>a film</s><|assistant|>"
    )
    (ids,) = prompt.ids([prompt.text(Question(text="a film"))])
    # The template says itself how a text begins.
    assert said(prompt, ids).startswith("<|system|>")
    assert [said(prompt, each) for each in prompt.labels] == ["good", "bad"]


def test_a_label_stands_where_the_template_puts_the_words_of_an_answer():
    prompt = prompt_of(template=THINKS, words=("not", "not urgent"))
    shown = Answered(question=Question(text="film 1"), answer="not urgent")
    asked = prompt.text(Question(text="a film"), (shown,))
    assert asked == (
        "<|system|>Choose.</s><|user|>film 1</s><|assistant|>not urgent</s>"
        "<|user|>a film</s><|assistant|>(hm)"
    )
    assert [said(prompt, each) for each in prompt.labels] == ["not</s>", "not urgent</s>"]


def test_where_one_label_begins_another_what_ends_an_answer_counts():
    plain = prompt_of(words=("not", "not urgent", "bad"))
    assert [said(plain, each) for each in plain.labels] == [" not\n", " not urgent\n", " bad\n"]
    asked = prompt_of(words=("not", "not urgent"), template=CHATML)
    assert [said(asked, each) for each in asked.labels] == ["not</s>", "not urgent</s>"]


def test_an_answer_stops_where_a_line_ends_or_the_part_of_the_assistant_does():
    plain, asked = prompt_of(), prompt_of(template=CHATML)
    assert {said(plain, [each]) for each in plain.stops} == {"</s>", "\n"}
    assert {said(asked, [each]) for each in asked.stops} == {"</s>"}
    marked = CHATML.replace("'</s>'", "' <unk>'")
    # What ends the part is a token of its own, the blank before it is none.
    assert {said(prompt_of(), [each]) for each in prompt_of(template=marked).stops} == {"</s>", "<unk>"}


def test_what_is_said_is_a_line_of_a_plain_text_and_all_of_an_answer_in_a_conversation():
    plain, asked = prompt_of(), prompt_of(template=CHATML)
    ids = plain.plain_ids([" good\nText: more"])[0]
    assert plain.said(ids) == "good"
    assert asked.said([*ids, 2]) == "good\nText: more"


def test_an_answer_has_room_beside_its_label():
    tight = replace(prompt_of(), beside=16)
    assert tight.longest == len(" good") + 16
    assert tight.room == prompt_of().room - 16
    # A list has what parts its labels as well.
    assert replace(tight, listed=3).longest == len(" good, good, good") + 16


def test_an_answer_may_have_another_heading():
    prompt = replace(prompt_of(words=("yes", "no")), heading="Answer")
    asked = stated(Question(text="a film", tail="Age: 34"), "It is good.")
    assert prompt.text(asked) == "Choose.\n\nText: a film\nAge: 34\nStatement: It is good.\nAnswer:"


def test_labels_that_are_the_same_tokens_are_refused():
    with pytest.raises(SettingError, match=r"the labels 'good' and 'good' as the same tokens.*--describe"):
        prompt_of(words=("good", "good")).labels  # noqa: B018


def test_a_base_that_reads_too_little_is_named_with_what_to_do():
    with pytest.raises(BaseError, match=r"its 2 labels take .* reads 30; describe the labels in fewer words"):
        prompt_of(positions=30).room  # noqa: B018


@pytest.mark.parametrize("template", [None, CHATML])
def test_demonstrations_go_first_then_the_end_of_the_text_and_never_the_place_of_the_label(template):
    whole = prompt_of(template=template)
    asked = [Question(text="short"), Question(text="a very long remark " * 40)]
    alone = [len(each) for each in fitted_prompts(whole, asked).tokens]
    tight = prompt_of(template=template, positions=len(" good") + alone[0] + 60)
    found = fitted_prompts(tight, asked, [SHOWN, SHOWN])
    assert 0 < len(found.shown[0]) < 3
    # The first are left out, so that the nearest, which stands last, stays.
    assert found.shown[0][-1] is SHOWN[-1]
    assert found.shown[1] == ()
    assert (found.fewer, found.cut) == (2, 1)
    assert len(found.tokens[0]) <= len(found.tokens[1]) == tight.room
    end = "\nLabel:" if template is None else "</s><|assistant|>"
    for ids in found.tokens:
        text = said(tight, ids)
        assert "Choose." in text
        assert text.endswith(end)
    assert said(tight, found.tokens[1]).removesuffix(end).split("remark")[0].endswith("a very long ")


def test_what_fits_is_left_as_it_is():
    prompt = prompt_of()
    found = fitted_prompts(prompt, [Question(text="a film")] * 2, [SHOWN, ()])
    assert (found.fewer, found.cut) == (0, 0)
    assert found.shown == [SHOWN, ()]
    assert found.tokens[1] == prompt.ids([prompt.text(Question(text="a film"))])[0]


def test_tokens_that_must_stay_free_are_kept_free():
    prompt = prompt_of()
    size = len(fitted_prompts(prompt, [Question(text="a film")], [SHOWN]).tokens[0])
    tight = prompt_of(positions=size + len(" good"))
    assert fitted_prompts(tight, [Question(text="a film")], [SHOWN]).fewer == 0
    assert fitted_prompts(tight, [Question(text="a film")], [SHOWN], spare=1).fewer == 1


def test_a_text_has_no_more_tokens_than_asked_for_and_that_counts_as_cut():
    prompt = prompt_of("gpt2")
    found = fitted_prompts(prompt, [Question(text="a very long remark"), Question(text="a")], max_length=8)
    assert found.cut == 1
    assert "Text: a very l\nLabel:" in said(prompt, found.tokens[0])


def test_columns_beside_the_text_are_not_cut():
    columns = Columns(text=("remark",), features=(Feature(name="Age", kind="number"),))
    frame = pl.DataFrame({"remark": ["a very long remark " * 40], "Age": [34.0]})
    (asked,) = questions(Rows.of(frame, columns))
    tight = prompt_of(positions=150)
    found = fitted_prompts(tight, [asked])
    assert found.cut == 1
    assert said(tight, found.tokens[0]).endswith("Age: 34\nLabel:")


def test_content_free_questions_have_the_columns_of_the_others():
    assert [each.whole for each in content_free(("text",))] == ["N/A", "", "[MASK]"]
    assert content_free(("one", "other"))[0].whole == "one: N/A\nother: N/A"
