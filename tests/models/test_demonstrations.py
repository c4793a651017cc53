"""Answered questions before the one to be answered: the nearest last, and no more than there is room for."""

from __future__ import annotations

import pytest

from headstart.core.turns import Turn
from headstart.models.chat_template import ChatTemplate
from headstart.models.demonstrations import Demonstrations
from headstart.models.tokenise_dialogues import tokenise_prompts
from tests.tiny import tiny_tokenizer


def asked(question: str, answer: str | None = None, *, system: str | None = None) -> tuple[Turn, ...]:
    first = (Turn(role="system", content=system),) if system else ()
    last = (Turn(role="assistant", content=answer),) if answer else ()
    return (*first, Turn(role="user", content=question), *last)


POOL = (
    asked("what colour is the sky", "blue", system="Be brief."),
    asked("what colour is the grass", "green"),
    asked("how many legs has a dog", "four"),
)


def said(turns: tuple[Turn, ...]) -> list[str]:
    return [each.content for each in turns]


def test_the_nearest_stand_before_the_question_the_nearest_last():
    template = ChatTemplate(tiny_tokenizer("llama"))
    shown = Demonstrations(dialogues=POOL, count=2)
    (found,) = shown.before([asked("what colour has the grass", system="Answer.")], template, room=10_000)
    assert said(found) == [
        "Answer.",
        "what colour is the sky",
        "blue",
        "what colour is the grass",
        "green",
        "what colour has the grass",
    ]


def test_no_more_is_shown_than_there_is_room_for():
    template = ChatTemplate(tiny_tokenizer("llama"))
    question = asked("how many legs has a cat")
    alone = len(tokenise_prompts([question], template)[0])
    for room, turns in ((10_000, 7), (alone + 100, 3), (alone, 1), (3, 1)):
        shown = Demonstrations(dialogues=POOL, count=3)
        (found,), (count,) = shown.introduced([question], template, room=room)
        assert len(found) == turns == 1 + 2 * count
        assert turns == 1 or said(found)[-3:-1] == ["how many legs has a dog", "four"]


def test_they_come_back_from_disk(tmp_path):
    shown = Demonstrations(dialogues=POOL, count=2)
    shown.save(tmp_path / "shown.json")
    again = Demonstrations.load(tmp_path / "shown.json")
    assert (again.dialogues, again.count, again.by_question) == (POOL, 2, True)
    shown.drawn(seed=1).save(tmp_path / "shown.json")
    assert not Demonstrations.load(tmp_path / "shown.json").by_question


@pytest.mark.parametrize("seed", range(6))
def test_the_same_before_every_question_may_lie_far_apart_or_be_drawn(seed):
    template = ChatTemplate(tiny_tokenizer("llama"))
    # Of questions in the same words and another one, two that lie far apart hold the other one.
    alike = (
        "what colour is the sky",
        "the sky is what colour",
        "is the sky what colour",
        "the colour what is sky",
    )
    pool = (*(asked(each, "blue") for each in alike), POOL[2])
    every = Demonstrations(dialogues=pool, count=2)
    spread, drawn = every.spread(seed=seed), every.drawn(seed=seed)
    assert POOL[2] in spread.dialogues
    for found in (spread, drawn):
        assert len({each[0].content for each in found.dialogues}) == 2
        assert set(found.dialogues) <= set(pool)
        first, second = found.before([asked("legs of a dog?"), asked("a colour?")], template, room=10_000)
        assert first[:-1] == second[:-1]
        assert len(first) == 5


def test_those_drawn_follow_the_seed_and_are_never_more_than_there_are():
    every = Demonstrations(dialogues=POOL, count=9)
    assert every.drawn(seed=3).dialogues == every.drawn(seed=3).dialogues
    assert {len(made.dialogues) for made in (every.spread(seed=0), every.drawn(seed=0))} == {3}
    assert len({every.drawn(seed=each).dialogues for each in range(9)}) > 1


def test_of_those_before_every_question_the_first_stay_where_there_is_less_room():
    template = ChatTemplate(tiny_tokenizer("llama"))
    question = asked("how many legs has a cat")
    shown = Demonstrations(dialogues=POOL[1:], count=2, by_question=False)
    alone = len(tokenise_prompts([question], template)[0])
    (found,), (count,) = shown.introduced([question], template, room=alone + 100)
    assert (count, said(found)[0]) == (1, POOL[1][0].content)


def test_nothing_to_show_or_to_ask_changes_nothing():
    template = ChatTemplate(tiny_tokenizer("llama"))
    nothing = Demonstrations(dialogues=(), count=2)
    for each in (nothing, nothing.spread(seed=0), nothing.drawn(seed=0)):
        assert each.before([asked("a")], template, room=9) == [asked("a")]
    assert Demonstrations(dialogues=POOL, count=2).before([], template, room=9) == []
