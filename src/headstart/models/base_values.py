"""What is known of a base as plain values, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from headstart.core.base import BaseInfo, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def base_values(base: BaseInfo) -> dict[str, Any]:
    """Plain values without the folder, which is of this computer alone and may tell who owns it."""
    return {name: value for name, value in asdict(base).items() if name != "folder"}


def base_from(values: Mapping[str, Any], folder: Path) -> BaseInfo:
    """The base that `base_values` told of.

    Args:
        values: what it said.
        folder: where its network lies now.
    """
    return BaseInfo(folder=folder, **{**values, "shape": Shape(**values["shape"])})
