"""Which files a bundle may hold, and whether they are as they were written."""

from __future__ import annotations

import warnings
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from headstart.bundle.manifest import NAME, FileEntry, Manifest, hash_file
from headstart.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterator

PREDICTOR = "predictor"
RUNNABLE = frozenset(
    {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".dill", ".py", ".pyc", ".so", ".dll"}
)
_MEND = "copy the bundle again or make it anew"
_CLUTTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def list_files(folder: Path) -> dict[str, FileEntry]:
    """Every file under `folder` but bundle.json, hashed, by path with forward slashes.

    Raises:
        BundleError: one is of a kind that can run code when it is loaded.
    """
    names = sorted(name for name in _walk(folder) if name != NAME)
    for name in names:
        _refuse_runnable(name, folder)
    return {name: hash_file(folder / name) for name in names}


def check_contents(folder: Path, manifest: Manifest, *, hashes: bool) -> None:
    """Holds the files of a bundle to its manifest.

    Raises:
        BundleError: a file is missing, differs, lies outside the bundle or was added to the model.
    """
    for name, entry in manifest.files.items():
        _refuse_outside(name, folder)
        _refuse_runnable(name, folder)
        _compare(folder, name, entry, hashes=hashes)
    strange = sorted(set(_walk(folder)) - set(manifest.files) - {NAME})
    strange = [name for name in strange if not _is_clutter(name)]
    within = [name for name in strange if name.startswith(f"{PREDICTOR}/")]
    if within:
        # Libraries pick up files by their name, so one more can change what is loaded.
        raise BundleError(
            f"{folder / within[0]} is not part of the bundle and could change the model; remove it"
        )
    if strange:
        warnings.warn(f"ignored in {folder}, not part of the bundle: {', '.join(strange[:5])}", stacklevel=3)


def _compare(folder: Path, name: str, entry: FileEntry, *, hashes: bool) -> None:
    path = folder / name
    if not path.is_file():
        raise BundleError(f"{path} is missing from the bundle; {_MEND}")
    if path.stat().st_size != entry.bytes:
        raise BundleError(
            f"{path} has {path.stat().st_size:,} bytes where {entry.bytes:,} were written; {_MEND}"
        )
    if hashes and hash_file(path) != entry:
        raise BundleError(f"{path} was changed after the bundle was written (sha256 differs); {_MEND}")


def _refuse_outside(name: str, folder: Path) -> None:
    pure = PurePosixPath(name)
    if not name or pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or "\0" in name:
        raise BundleError(
            f"{folder / NAME} names {name!r}, which lies outside the bundle; don't use this bundle"
        )


def _refuse_runnable(name: str, folder: Path) -> None:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in RUNNABLE:
        raise BundleError(
            f"{folder / name} is of a kind that can run code when it is read ({suffix}); "
            "bundles hold safetensors, JSON and text only"
        )


def _walk(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _is_clutter(name: str) -> bool:
    last = PurePosixPath(name).name.lower()
    return last in _CLUTTER or last.startswith("._")
