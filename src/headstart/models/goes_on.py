"""Whether a base can go on with a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.core.base import BaseInfo


def cant_go_on(info: BaseInfo) -> str:
    """Why a base can't tell the next token of a text, in plain words; empty when it can."""
    if info.kind == "decoder":
        return ""
    return (
        f"{info.name} is an {info.kind} ({info.family}) and can't go on with a text; name a "
        "decoder-only base with --base, such as a GPT-2, Llama, Mistral, Qwen or Gemma"
    )
