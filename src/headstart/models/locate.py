"""From the name of a base to the folder that holds its files."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from headstart.core.expanded import expanded
from headstart.errors import BaseError, MissingExtra
from headstart.models.catalogue import Entry, catalogue
from headstart.models.hub import fetch_description, hub_name


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a base lies.

    Args:
        folder: holds `config.json`.
        revision: what names its weights exactly, or None when only the files themselves can tell.
        sha256: hash its weights file must have, or None when none is pinned.
    """

    folder: Path
    revision: str | None = None
    sha256: str | None = None


def locate(name: str) -> Place:
    """The place of a base: a name of the catalogue, a folder, or a name on the hub.

    Raises:
        MissingExtra: the package that carries it is not installed.
        Unreachable: it is not on this computer, and there is no network.
        BaseError: there is no such folder, and no such model.
    """
    listed = catalogue().get(name)
    if listed is not None:
        return _carried(listed)
    folder = expanded(name)
    if folder.is_dir():
        return Place(folder=folder.resolve())
    if folder.exists():
        raise BaseError(
            f"base {name!r} is a file; a base is a folder with config.json and its weights: name the folder"
        )
    if hub_name(name) is None:
        raise BaseError(
            f"there is no folder {name!r}; a base is one of {', '.join(catalogue())}, a folder, "
            "or a name on the Hugging Face hub such as 'owner/model': check the path"
        )
    snapshot = fetch_description(name)
    return Place(folder=snapshot, revision=snapshot.name)


def _carried(entry: Entry) -> Place:
    spec = importlib.util.find_spec(entry.package)
    roots = list(spec.submodule_search_locations or ()) if spec else []
    if not roots:
        raise MissingExtra(entry.distribution, entry.extra)
    folder = Path(roots[0]) / entry.folder
    if not folder.is_dir():
        raise BaseError(
            f"the package {entry.distribution!r} has no folder {folder}; "
            f"install it again: pip install --force-reinstall {entry.distribution}"
        )
    return Place(folder=folder, revision=entry.sha256, sha256=entry.sha256)
