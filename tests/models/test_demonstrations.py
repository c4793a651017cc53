"""Answered questions before the one to be answered: the nearest last, and no more than there is room for."""

from __future__ import annotations

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
    assert again.dialogues == POOL
    assert again.count == 2


def test_nothing_to_show_or_to_ask_changes_nothing():
    template = ChatTemplate(tiny_tokenizer("llama"))
    assert Demonstrations(dialogues=(), count=2).before([asked("a")], template, room=9) == [asked("a")]
    assert Demonstrations(dialogues=POOL, count=2).before([], template, room=9) == []
