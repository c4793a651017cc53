"""The file bundle.json: what a bundle holds, in plain values."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
NAME = "bundle.json"
_WHERE = "give the folder that `headstart adapt` left, such as runs/NAME/bundle"
PACKAGES = (
    "headstart",
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "numpy",
    "scikit-learn",
    "polars",
    "lightgbm",
)


def installed_versions() -> dict[str, str]:
    """Versions of Python and of the packages that shape a bundle."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """A file of the bundle as it was written."""

    sha256: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All that a bundle says of itself.

    Args:
        task: `use` and `params` of the task.
        classes: names of the classes in the order of the probabilities; empty for other tasks.
        columns: text columns that the model reads, in order.
        features: columns that it reads beside the text, each with `name`, `kind` and `categories`.
        decision: the numbers of the decision rule.
        predictor: `use` and `config` of the root of the predictor tree.
        base: name, revision and sizes of the pre-trained model, or None.
        lineage: the steps the model has been through, each with `use` and `params`.
        versions: packages that wrote it.
        created: when, as ISO 8601 in UTC.
        files: every other file of the bundle by its path, with forward slashes.
    """

    task: Mapping[str, Any]
    classes: tuple[str, ...]
    columns: tuple[str, ...]
    decision: Mapping[str, Any]
    predictor: Mapping[str, Any]
    base: Mapping[str, Any] | None
    lineage: tuple[Mapping[str, Any], ...]
    features: tuple[Mapping[str, Any], ...] = ()
    versions: Mapping[str, str] = field(default_factory=installed_versions)
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    files: Mapping[str, FileEntry] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Writes bundle.json, sealed with a hash of its own content."""
        plain = {"format": FORMAT, **json.loads(json.dumps(self, default=_plain, allow_nan=False))}
        sealed = {**plain, "sha256": _seal(plain)}
        (folder / NAME).write_text(json.dumps(sealed, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of the bundle in `folder`.

        Raises:
            BundleError: it is missing, not readable, changed, or of a newer format.
        """
        content = _content(folder)
        try:
            content["files"] = {name: FileEntry(**entry) for name, entry in content["files"].items()}
            content |= {name: tuple(content[name]) for name in ("classes", "columns", "lineage")}
            content["features"] = tuple(content.get("features", ()))
            return cls(**content)
        except (KeyError, TypeError, AttributeError) as error:
            raise BundleError(
                f"{folder / NAME} lacks a part or has one too many ({error}); make the bundle again"
            ) from None


def _content(folder: Path) -> dict[str, Any]:
    path = folder / NAME
    if not folder.is_dir():
        raise BundleError(f"there is no bundle at {folder}; {_WHERE}")
    if not path.is_file():
        raise BundleError(f"{folder} is not a bundle: it has no {NAME}; {_WHERE}")
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        number, seal = content.pop("format"), content.pop("sha256", "")
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(
            f"{path} can't be read ({type(error).__name__}: {error}); copy the bundle again or make it anew"
        ) from None
    if not isinstance(number, int) or number > FORMAT:
        raise BundleError(
            f"{path} is of format {number}; this version of Headstart reads formats up to {FORMAT}; "
            "run: pip install -U headstart"
        )
    if seal != _seal({"format": number, **content}):
        raise BundleError(f"{path} was changed after it was written; copy the bundle again or make it anew")
    return content


def hash_file(path: Path) -> FileEntry:
    """Size and sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return FileEntry(sha256=hashlib.file_digest(file, "sha256").hexdigest(), bytes=path.stat().st_size)


def _seal(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if hasattr(value, "items"):
        return dict(value)
    raise TypeError(
        f"bundle.json can't hold a {type(value).__name__}; predictors and tasks give plain values"
    )
