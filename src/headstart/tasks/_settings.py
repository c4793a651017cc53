"""Settings that a task has no use for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping


# What the settings are for that not all tasks know, where it is not one class a row.
_FOR = {
    "glossary": "is for texts that are written",
    "prefix": "is for texts that are written",
    "windows": "covers a text by pieces that are answered one by one",
}


def refuse_unknown(task: str, settings: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    """The settings that a task knows.

    Raises:
        SettingError: another one was made.
    """
    for name, value in settings.items():
        if name not in known and value not in (None, False, (), {}):
            raise SettingError(
                f"{name}: got {value!r}, which {_FOR.get(name, 'speaks of one class a row')}, and this is a "
                f"task of {task}; "
                "leave it out"
            )
    return {name: value for name, value in settings.items() if name in known}
