"""What models have in common that cost the same to run."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.bundle.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

BACKBONE, ADAPTER = "predictor/backbone/", "predictor/adapter/"
# Of the settings of what reads once, those that decide how much work a row is.
SETTINGS = ("max_length", "precision", "head")


def running_key(model: Path) -> str | None:
    """The same for all models that do the same work for a row; None without a network.

    What a row takes is measured in passing, on few rows, by a computer with other things to do: of two
    fine-tunings of one base one may look twice as dear to run as the other. By this key what is measured of
    one counts for all.

    Args:
        model: folder of a saved model.
    """
    # torch takes seconds to import, and whoever asks for a key that is kept does without.
    from headstart.models.adapter import Adapter
    from headstart.models.prefixed import KINDS
    from headstart.train.read_together import Reading

    manifest = Manifest.read(model)
    network, adapter = _sizes(manifest, BACKBONE), _sizes(manifest, ADAPTER)
    if not network:
        return None
    # One that is merged into the weights takes nothing; what stands ahead of a text is read with it.
    ahead = adapter and Adapter.load(model / ADAPTER).config["peft_type"] in KINDS
    kind, config = manifest.predictor["use"], manifest.predictor["config"]
    once = issubclass(registry.load("predictors", kind), Reading)
    how = [config.get(name) for name in SETTINGS] if once else [kind, config]
    told: list[Any] = [manifest.task, network, adapter if ahead else {}, how]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _sizes(manifest: Manifest, folder: str) -> dict[str, int]:
    return {name: each.bytes for name, each in manifest.files.items() if name.startswith(folder)}
