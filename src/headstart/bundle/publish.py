"""Putting a model where its user finds it, with its card."""

from __future__ import annotations

import shutil
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from headstart.atomic import atomic_folder
from headstart.bundle.contents import check_contents, list_files
from headstart.bundle.manifest import Manifest
from headstart.bundle.save import refuse_to_replace
from headstart.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CARD = "README.md"


def publish(
    model_folder: Path, destination: Path, *, card: str, extra: Mapping[str, str] = MappingProxyType({})
) -> Path:
    """Copies a saved model to `destination` with its card; an earlier bundle there is replaced whole.

    Args:
        card: text of README.md.
        extra: further text files by name.

    Raises:
        BundleError: the model's files are not as they were written.
        RunError: the disk is full, the place can't be written, or it holds something else.
    """
    texts = {**extra, CARD: card}
    manifest = Manifest.read(model_folder)
    check_contents(model_folder, manifest, hashes=False)
    refuse_to_replace(destination)
    with atomic_folder(destination) as part:
        for name in manifest.files:
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(model_folder / name, part / name)
        for name, text in texts.items():
            (part / name).write_text(text, encoding="utf-8", errors="replace")
        written = list_files(part)
        for name, entry in manifest.files.items():
            if name not in texts and written[name] != entry:
                raise BundleError(
                    f"{model_folder / name} was changed after it was written; run the adaptation again"
                )
        replace(manifest, files=written).write(part)
    return destination
