"""Tiny models, saved once for all tests of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headstart.errors import MissingExtra
from headstart.models.describe import describe
from tests.tiny import tiny_backbone, tiny_base_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headstart.core.base import BaseInfo
    from headstart.models.backbone import Backbone


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tiny models lie; do not change them."""
    return tmp_path_factory.mktemp("bases")


@pytest.fixture
def backbone_of(tiny_folder: Path) -> Callable[..., Backbone]:
    """Opens a tiny model of a family: `backbone_of("bert", attention="eager")`."""

    def open_tiny(family: str, *, attention: str = "sdpa") -> Backbone:
        return tiny_backbone(tiny_folder, family, attention=attention)

    return open_tiny


@pytest.fixture
def base_folder(tmp_path: Path) -> Path:
    """A tiny BERT that a test may damage."""
    return tiny_base_folder(tmp_path)


@pytest.fixture(scope="session")
def embedded() -> BaseInfo:
    """The base that the optional package carries."""
    try:
        return describe("embedded")
    except MissingExtra as error:
        pytest.skip(str(error))
