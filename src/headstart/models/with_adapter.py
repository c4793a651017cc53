"""A network together with the adapter that lies beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.models.adapter import Adapter
from headstart.models.prefixed import KINDS, Prefixed

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.models.backbone import Backbone


def with_adapter(backbone: Backbone, folder: Path) -> Backbone:
    """The backbone with the adapter of a folder, where there is one.

    What stands ahead of a text is put there. An adapter that has been merged into the weights says how
    they came about and no more.

    Args:
        backbone: the network that lies beside the folder.
        folder: the adapter's, which need not exist.
    """
    if not folder.is_dir():
        return backbone
    adapter = Adapter.load(folder)
    if adapter.config["peft_type"] in KINDS:
        return Prefixed.of(backbone, adapter)
    backbone.adapter = adapter
    return backbone
