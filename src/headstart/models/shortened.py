"""A base of whose tokens some are taken already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.core.base import BaseInfo


def shortened(info: BaseInfo, ahead: int) -> BaseInfo:
    """A base with fewer tokens for a text, since others stand ahead of it.

    Args:
        info: the base.
        ahead: tokens that stand ahead.
    """
    if not ahead:
        return info
    room = max(1, info.shape.positions - ahead)
    shape = replace(info.shape, positions=room)
    return replace(info, shape=shape, max_length=min(info.max_length, room))
