"""An earlier run by its folder: its bundle, and what it remembers of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.bundle.contents import check_contents
from headstart.bundle.manifest import NAME, Manifest
from headstart.data.sealed import Sealed
from headstart.errors import BundleError, RunError

if TYPE_CHECKING:
    from pathlib import Path

# The strategy that measures an earlier bundle.
PREVIOUS = "previous"


@dataclass(frozen=True, kw_only=True)
class Previous:
    """An earlier run.

    Args:
        bundle: folder of what it shipped.
        sealed: what it remembers of its rows.
    """

    bundle: Path
    sealed: Sealed


def open_previous(place: Path) -> Previous:
    """The run whose folder, or whose bundle's folder, is named; its files are held to their hashes.

    Raises:
        BundleError: there is neither, the bundle was changed, or it does not tell which rows were sealed.
        RunError: the run has not finished.
    """
    bundle = _bundle(place)
    check_contents(bundle, Manifest.read(bundle), hashes=True)
    return Previous(bundle=bundle.absolute(), sealed=Sealed.read(bundle))


def _bundle(place: Path) -> Path:
    for folder in (place, place / "bundle"):
        if (folder / NAME).is_file():
            return folder
    wanted = "give the folder of an earlier run or its bundle, such as runs/NAME or runs/NAME/bundle"
    if not place.exists():
        raise BundleError(f"previous: there is nothing at {place}; {wanted}")
    if (place / "run.json").is_file():
        raise RunError(
            f"previous: the run in {place} has not finished and has no bundle; run its command again, or "
            "leave --previous out"
        )
    raise BundleError(f"previous: {place} is neither a run nor a bundle; {wanted}")
