"""Strategies that follow one another, as people name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What stands between them, as in `contrastive+partial`.
THEN = "+"


def links(name: str) -> tuple[str, ...]:
    """The strategies of a name in order, each as it is registered: `few-shot` is `few_shot`."""
    return tuple(each.strip().replace("-", "_") for each in name.split(THEN))


def every_link(names: Iterable[str]) -> tuple[str, ...]:
    """All strategies of several names, each of them once."""
    return tuple(dict.fromkeys(link for name in names for link in links(name)))
