"""A decoder-only network on disk, as `transformers` opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.models.quiet import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.models.backbone import Backbone


def save_causal(backbone: Backbone, folder: Path) -> None:
    """Writes weights, generation settings, tokenizer and template; bundles hold no programs.

    Args:
        backbone: the network with the layer that scores words.
        folder: where it goes.
    """
    with quiet():
        backbone.network.save_pretrained(folder)
        # The template within a JSON file.
        backbone.tokenizer.save_pretrained(folder, save_jinja_files=False)
