"""Bases of the wrong kind for what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart import registry
from headstart.models.families import FAMILIES, WRITERS, listed

if TYPE_CHECKING:
    from headstart.core.base import BaseInfo
    from headstart.core.task import Task


def unfit_base(base: BaseInfo | None, task: Task) -> tuple[str, ...]:
    """Why a base can't serve a task, whatever the strategy; empty when it can.

    Args:
        base: the base, or None for a strategy that reads none.
        task: what is asked.
    """
    if base is None:
        return ()
    kinds = getattr(task, "base_kinds", ())
    if kinds and base.kind not in kinds:
        needed = f"{registry.name_of(task)} needs {_written(kinds)}"
        return (f"{base.name} is {_said(base)}, and {needed}; name one with --base",)
    if not kinds and base.family not in FAMILIES:
        return (
            f"{base.name} is {_said(base)} that is opened as a whole, to write texts, and "
            f"{registry.name_of(task)} reads blocks; name a base of these with --base: {', '.join(FAMILIES)}",
        )
    return ()


def _said(base: BaseInfo) -> str:
    known = {"encoder": "an encoder, which reads texts and writes none", "decoder": "a decoder"}
    return known.get(base.kind, f"an encoder-decoder ({base.family})")


def _written(kinds: tuple[str, ...]) -> str:
    """The kinds that would do, with the families of each."""
    said = []
    for kind in kinds:
        families = sorted(name for name in {*FAMILIES, *WRITERS} if listed(name).kind == kind)
        said.append(f"{'an' if kind.startswith('e') else 'a'} {kind} ({', '.join(families)})")
    return " or ".join(said)
