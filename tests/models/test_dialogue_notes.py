"""What is told of conversations under a base, and what is refused, before anything is fitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.errors import BaseError, DataError
from headstart.models.describe import describe
from headstart.models.dialogue_notes import dialogue_notes, dialogue_preview, pair_preview
from tests.contracts.chat_data import CHATML
from tests.models.test_tokenise_dialogues import NO_END, THINKS, talk
from tests.tiny import tiny_causal_folder

TALKS = [talk("2+2?", "4"), talk("a" * 40, "first", "b" * 40, "second")]


@pytest.fixture
def base(tmp_path):
    def made(template=CHATML, **settings):
        told = {"max_position_embeddings": 256, **settings}
        return describe(str(tiny_causal_folder(tmp_path, template=template, **told)))

    return made


def notes(info, train=TALKS, *, max_length=256, **others):
    parts = {name: (range(1, len(each) + 1), each) for name, each in {"train": train, **others}.items()}
    return dialogue_notes(info, parts, max_length=max_length)


def test_what_ends_answers_is_told_and_nothing_else_where_nothing_is_odd(base):
    found = notes(base())
    assert found[0] == "answers end with '</s>'"
    assert not any("template" in each or "lost" in each for each in found)


def test_a_base_without_a_template_is_given_one_that_is_named(base):
    assert "has no chat template; conversations are written under plain headings" in notes(base(None))[0]


def test_a_template_that_ends_no_answer_is_told(base):
    assert any("ends 3 answers with no token of its own; '</s>'" in each for each in notes(base(NO_END)))


def test_answers_that_a_template_hides_once_more_is_said_are_counted(base):
    (found,) = (each for each in notes(base(THINKS)) if "template" in each)
    assert found.endswith("so that only last answers are learnt; 1 earlier answer is read")


def test_no_word_of_a_conversation_is_told(base):
    secret = [talk("zebra " * 20, "quagga", "zebra", "quagga " * 10)]
    told = " ".join(notes(base(NO_END), secret, max_length=64, test=secret))
    assert "zebra" not in told
    assert "quagga" not in told


def test_what_is_cut_away_is_counted_with_the_answers_that_are_gone(base):
    found = " ".join(notes(base(), max_length=64))
    assert "1 of 2 training conversations have more than 64 tokens and lost the oldest" in found
    assert "1 earlier answer with them; no last answer was cut away whole" in found
    assert "lost the end" not in found
    found = " ".join(notes(base(), [talk("a", "b" * 100)], max_length=64))
    assert "0 earlier answers" in found
    assert "1 last answer of these lost the end as well" in found


def test_answers_that_are_judged_in_part_are_counted(base):
    long = [talk("a" * 200, "b" * 100), talk("a", "b")]
    found = notes(base(), dev=TALKS, test=long)
    assert any(each.startswith("1 of 2 test conversations have more than the 256 tokens") for each in found)
    assert not any("dev" in each for each in found)


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (talk("a" * 300, "b"), r"row 3 \(dev\) has \d+ tokens before its answer, and .* reads 256"),
        (talk("a", "b" * 300), r"row 3 \(dev\) has an answer of 301 tokens, and .* fewer than 256"),
    ],
)
def test_what_the_base_can_not_write_is_named_by_its_row(base, turns, said):
    with pytest.raises(DataError, match=said):
        notes(base(), dev=[*TALKS, turns])


def test_tokens_without_a_vector_are_refused(base):
    info = base()
    small = replace(info, shape=replace(info.shape, vocabulary=50))
    with pytest.raises(BaseError, match=r"writes .* the token \d+, and the base has vectors for 50 tokens"):
        notes(small)


def test_the_first_conversation_is_shown_in_its_own_words(base):
    shown = dialogue_preview(base(), TALKS[0], max_length=256)
    assert shown.endswith("read: '<|user|>2+2?</s><|assistant|>'; learnt: '4</s>'")


def test_the_first_pair_is_shown_with_both_answers(base):
    asked = TALKS[1][:2]
    pair = [[*asked, *talk("2+2?", each)] for each in ("4", "5")]
    shown = pair_preview(base(), *pair, max_length=256)
    assert shown.startswith("the first pair under ")
    assert "first</s>" in shown.partition("preferred: ")[0]
    assert shown.endswith("<|user|>2+2?</s><|assistant|>'; preferred: '4</s>'; rejected: '5</s>'")


def test_what_a_template_writes_after_an_answer_is_not_taken_for_it(base):
    shown = pair_preview(base(None), talk("2+2?", "4"), talk("2+2?", "5"), max_length=256)
    assert shown.endswith("### Response:\\n'; preferred: '4</s>'; rejected: '5</s>'")
