"""Conversations, turn by turn, and the text cell that holds one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from headstart.core.unpacked import unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence

SYSTEM, USER, ASSISTANT = "system", "user", "assistant"
# Names of the roles in the shapes of OpenAI (`role`, `content`) and ShareGPT (`from`, `value`).
ROLES = {
    "system": SYSTEM,
    "developer": SYSTEM,
    "user": USER,
    "human": USER,
    "prompter": USER,
    "assistant": ASSISTANT,
    "gpt": ASSISTANT,
    "chatgpt": ASSISTANT,
    "bot": ASSISTANT,
    "model": ASSISTANT,
}
SHAPES = {"role": "content", "from": "value"}
# Columns that hold what a system message says.
SYSTEM_COLUMNS = ("system", "system_prompt")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one side says.

    Args:
        role: `system`, `user` or `assistant`.
        content: the text.
    """

    role: str
    content: str


def shape_of(value: object) -> str | None:
    """The key that names the speaker in a list of messages, `role` or `from`; None of anything else."""
    messages = unpacked(value)
    if not isinstance(messages, list) or not messages or not isinstance(messages[0], Mapping):
        return None
    return next((who for who, what in SHAPES.items() if {who, what} <= messages[0].keys()), None)


def turns_of(value: object) -> tuple[Turn, ...]:
    """The turns of a list of messages, or of the JSON of one.

    Raises:
        ValueError: it is no such list; the message says what is wrong in plain words.
    """
    messages, who = unpacked(value), shape_of(value)
    if who is None or not isinstance(messages, list):
        raise ValueError("holds no list of messages with role and content, or with from and value")
    return tuple(_turn(each, who, place) for place, each in enumerate(messages, 1))


def prompt_text(turns: Sequence[Turn]) -> str:
    """The cell that `prompt_turns` reads: a lone question as it is, else the turns as JSON."""
    if len(turns) == 1 and turns[0].role == USER and shape_of(turns[0].content) is None:
        return turns[0].content
    return json.dumps([asdict(each) for each in turns], ensure_ascii=False)


def prompt_turns(text: str) -> tuple[Turn, ...]:
    """The turns that a cell holds; a text that is no list of messages is what the user says.

    Raises:
        ValueError: a message in it is faulty.
    """
    return turns_of(text) if shape_of(text) else (Turn(role=USER, content=text),)


def asked_text(text: str) -> str:
    """What is said in a cell beside the system message, which many conversations share."""
    try:
        said = "\n".join(each.content for each in turns_of(text) if each.role != SYSTEM)
    except ValueError:  # it is no list of messages, or a faulty one
        return text
    return said if said.strip() else text


def messages_cell(cell: Any) -> Any:
    """The JSON of a cell that holds messages, as a list or an array; any other as it is."""
    found = cell.tolist() if hasattr(cell, "tolist") else cell
    if isinstance(found, list | tuple) and shape_of(list(found)):
        return json.dumps(list(found), ensure_ascii=False)
    return cell


def _turn(message: object, who: str, place: int) -> Turn:
    what = SHAPES[who]
    if not isinstance(message, Mapping) or not {who, what} <= message.keys():
        raise ValueError(f"has no {who} and {what} in message {place}, as the messages before it have")
    role, content = message[who], message[what]
    if not isinstance(role, str) or role.lower() not in ROLES:
        raise ValueError(
            f"has the {who} {role!r} in message {place}; there are system, user and assistant (or system, "
            "human and gpt), and no tools"
        )
    if not isinstance(content, str):
        raise ValueError(f"has no text in the {what} of message {place}")
    return Turn(role=ROLES[role.lower()], content=content)
