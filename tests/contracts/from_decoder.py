"""What a strategy starts from where the base is decoder-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headstart.core.model import Model
from headstart.models.describe import describe

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.split import Split


class FromDecoder:
    """Stands before a contract in the bases of a class, so that its base is a tiny Llama."""

    @pytest.fixture
    def start(self, split: Split, tiny_llama: Path) -> Model:
        return Model(task=split.task, predictor=None, base=describe(str(tiny_llama)))
