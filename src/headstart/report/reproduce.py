"""The command that runs the same adaptation again."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from headstart.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from headstart.core.result import Result


def reproduce(result: Result) -> str:
    """`headstart adapt FILE ...` with every setting that is not the default."""
    settings = result.settings
    words = ["headstart", "adapt", str(settings.get("data", "FILE")), *_options(settings)]
    return " ".join(word if word == "FILE" else shlex.quote(word) for word in words)


def _options(settings: Mapping[str, Any]) -> Iterator[str]:
    usual = Settings().model_dump(mode="json")
    for name, value in settings.items():
        if name == "data" or value is None or value in ("", [], (), {}) or _same(value, usual.get(name)):
            continue
        option = f"--{name.replace('_', '-')}"
        if value is True:
            yield option
        elif value is not False:
            for text in _texts(name, value):
                yield from (option, text)


def _texts(name: str, value: Any) -> Iterator[str]:
    if name == "within" and not isinstance(value, str):
        yield f"{value:g}s"
    elif name == "costs":
        yield from (f"{true}:{said}={cost:g}" for true, row in value.items() for said, cost in row.items())
    elif hasattr(value, "items"):
        yield from (f"{key}={_word(each)}" for key, each in value.items())
    elif isinstance(value, list | tuple):
        yield from map(str, value)
    else:
        yield str(value)


def _word(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list | tuple) else str(value)


def _same(value: Any, usual: Any) -> bool:
    return bool((list(value) if isinstance(value, tuple) else value) == usual)
