"""The bases that have a short name of their own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A base that a Python package carries.

    Args:
        package: the package as it is imported; it is found without importing it.
        distribution: the package as pip knows it.
        extra: extra of Headstart that installs it.
        folder: where the model lies within the package.
        model: its name on the hub.
        sha256: hash of its weights file.
        parameters: number of its weights.
        licence: licence of the weights, as an SPDX identifier.
        languages: ISO 639-1 codes of the languages it was trained on.
        pooling: how its token states become one vector.
        max_length: tokens it reads at most by default.
    """

    package: str
    distribution: str
    extra: str
    folder: str
    model: str
    sha256: str
    parameters: int
    licence: str
    languages: tuple[str, ...]
    pooling: str
    max_length: int


@cache
def catalogue() -> Mapping[str, Entry]:
    """The listed bases by name."""
    listed = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: Entry(**{**entry, "languages": tuple(entry["languages"])}) for name, entry in listed.items()
    }
