"""Settings that speak of classes, where a task has none of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping


def refuse_unknown(task: str, settings: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    """The settings that a task knows.

    Raises:
        SettingError: another one was made.
    """
    for name, value in settings.items():
        if name not in known and value not in (None, False, (), {}):
            raise SettingError(
                f"{name}: got {value!r}, which speaks of one class a row, and this is a task of {task}; "
                "leave it out"
            )
    return {name: value for name, value in settings.items() if name in known}
