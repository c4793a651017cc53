"""Writing a model so that it can be opened anywhere and proves to be what was measured."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.atomic import atomic_folder
from headstart.bundle.contents import PREDICTOR, list_files
from headstart.bundle.manifest import NAME, Manifest
from headstart.errors import RunError
from headstart.models.base_values import base_values

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.feature import Feature
    from headstart.core.model import Model


def save_model(
    model: Model, folder: Path, *, columns: tuple[str, ...] = (), features: tuple[Feature, ...] = ()
) -> None:
    """Writes a model to `folder`, which holds the whole of it or what it held before.

    Args:
        columns: names of the text columns that the model reads, in order.
        features: the columns that it reads beside the text.

    Raises:
        RunError: the disk is full, the place can't be written, or it holds something else.
        ValueError: nothing has been fitted yet.
    """
    if model.predictor is None:
        raise ValueError("this model has no predictor yet; adapt it before it is saved")
    refuse_to_replace(folder)
    with atomic_folder(folder) as part:
        place = part / PREDICTOR
        place.mkdir()
        config = dict(model.predictor.save(place))
        Manifest(
            task={"use": registry.name_of(model.task), "params": _values(model.task)},
            classes=tuple(model.task.classes),
            columns=tuple(columns),
            decision=_values(model.decision),
            predictor={"use": registry.name_of(model.predictor), "config": config},
            base=None if model.base is None else base_values(model.base),
            lineage=tuple({"use": step.use, "params": dict(step.params)} for step in model.lineage),
            features=tuple(asdict(each) for each in features),
            files=list_files(part),
        ).write(part)


def refuse_to_replace(folder: Path) -> None:
    """Keeps from overwriting what is not a bundle.

    Raises:
        RunError: `folder` is a file, or a folder with other things in it.
    """
    if not folder.exists() or (folder / NAME).is_file():
        return
    if not folder.is_dir():
        raise RunError(
            f"{folder} is a file; a bundle needs a folder of its own: remove the file or choose another place"
        )
    if any(folder.iterdir()):
        raise RunError(
            f"{folder} holds files that are not a bundle and would be lost; choose another place or empty it"
        )


def _values(plain: Any) -> dict[str, Any]:
    return {each.name: getattr(plain, each.name) for each in fields(plain)}
