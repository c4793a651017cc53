"""Opening a bundle without running anything that it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart import registry
from headstart.bundle.contents import PREDICTOR, check_contents
from headstart.bundle.manifest import NAME, Manifest
from headstart.core.decision import Decision
from headstart.core.model import Model
from headstart.core.plan import Step
from headstart.errors import BundleError, SettingError
from headstart.models.base_values import base_from

if TYPE_CHECKING:
    from pathlib import Path


def load_model(folder: Path, *, verify: bool = True) -> Model:
    """The model that `save_model` wrote.

    Args:
        verify: whether the sha256 of every file is checked; sizes always are.

    Raises:
        BundleError: the bundle is missing, changed, of a newer format, or needs an unknown plug-in.
    """
    manifest = Manifest.read(folder)
    check_contents(folder, manifest, hashes=verify)
    try:
        task = registry.from_spec("tasks", manifest.task)
        predictor = registry.load("predictors", manifest.predictor["use"])
        return Model(
            task=task,
            predictor=predictor.load(folder / PREDICTOR, manifest.predictor["config"], task),
            base=None if manifest.base is None else base_from(manifest.base, _within(folder)),
            lineage=tuple(Step(use=step["use"], params=step["params"]) for step in manifest.lineage),
            decision=Decision(**registry.frozen_values(manifest.decision)),
        )
    except SettingError as error:
        raise BundleError(f"{folder} needs what is not installed here: {error}") from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise BundleError(
            f"{folder / NAME} does not fit this version of Headstart ({error}); make the bundle anew"
        ) from error


def _within(folder: Path) -> Path:
    within = folder / PREDICTOR / "backbone"
    return within if within.is_dir() else folder / PREDICTOR
