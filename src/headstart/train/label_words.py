"""What the name of a class says in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headstart.core.words import marks_as_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.task import Task

# Names of labels in a message.
MOST_NAMED = 5
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[^\W_]+")


def said(task: Task) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The classes of a task, and what was said of their meaning."""
    return task.classes, getattr(task, "describe", {})


def speechless(task: Task) -> tuple[str, ...]:
    """The reason against asking in words for labels that say nothing; empty where all do."""
    dumb = without_words(*said(task))
    if not dumb:
        return ()
    named = ", ".join(map(repr, dumb[:MOST_NAMED])) + (" and others" if len(dumb) > MOST_NAMED else "")
    return (f'the labels {named} do not say in words what they mean; say it with --describe {dumb[0]}="..."',)


def label_words(classes: Sequence[str], describe: Mapping[str, str]) -> tuple[str, ...]:
    """A text for each class: its description, or the words of its name, as in `card_lost` -> `card lost`."""
    return tuple(describe.get(name) or " ".join(_parts(name)) or name for name in classes)


def statements(task: Task, template: str) -> tuple[str, ...]:
    """What is said of a text that has a label, one for each label.

    Args:
        task: any number of labels a row.
        template: a sentence with `{}` where the words of a label go.
    """
    return tuple(template.replace("{}", words) for words in label_words(*said(task)))


def without_words(classes: Sequence[str], describe: Mapping[str, str]) -> tuple[str, ...]:
    """The classes whose meaning can't be told: codes, and names that differ in a number alone."""
    said = {name: describe[name] if describe.get(name) else " ".join(_words(name)) for name in classes}
    texts = list(said.values())
    return tuple(name for name, text in said.items() if not text or texts.count(text) > 1)


def spoken_words(classes: Sequence[str], describe: Mapping[str, str]) -> tuple[str, ...]:
    """What a base is to say for each class: the words of its name, or its description if that has none."""
    dumb = without_words(classes, {})
    return tuple(
        describe[name] if name in dumb and describe.get(name) else " ".join(_parts(name)) or name
        for name in classes
    )


def _parts(name: str) -> list[str]:
    spoken = _HUMP.sub(" ", name)
    return [spoken[part.start() : part.end()] for part in _PART.finditer(marks_as_letters(spoken))]


def _words(name: str) -> list[str]:
    """Parts of letters alone; a single letter is a word only in scripts where it can be one."""
    return [
        part.lower()
        for part in _parts(name)
        if marks_as_letters(part).isalpha() and (len(part) > 1 or not part.isascii())
    ]
