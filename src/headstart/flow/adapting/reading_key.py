"""What models have in common that can read rows together, in one pass of one backbone."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.bundle.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session

# What stands ahead of each text lies beside the base that it was learnt for, which stays as it was.
NETWORK = ("predictor/backbone/", "predictor/adapter/")
# Of its settings, those that decide what the backbone is given and what it makes of it.
SETTINGS = ("max_length", "precision")


def reading_key(model: Path) -> str | None:
    """The same for all models whose backbones make the same of the same rows; None where that can't be told.

    Args:
        model: folder of a saved model.
    """
    # torch takes seconds to import, and whoever asks for a key that is kept does without.
    from headstart.train.read_together import Reading

    manifest = Manifest.read(model)
    files = {name: each.sha256 for name, each in manifest.files.items() if name.startswith(NETWORK)}
    config = manifest.predictor["config"]
    if not files or not issubclass(registry.load("predictors", manifest.predictor["use"]), Reading):
        return None
    told: list[Any] = [manifest.task, files, [config.get(name) for name in SETTINGS]]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]


def key_of(session: Session, trial: Trial) -> str | None:
    """The reading key of what a fit left; None where it reads alone."""
    key: str | None = session.outcome(trial).get("reads")
    return key
