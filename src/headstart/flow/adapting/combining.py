"""The job of a worker: make one model of several fitted ones, measure it on dev, keep it on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from headstart import registry
from headstart.bundle.load import load_model
from headstart.core.curve import Curve
from headstart.flow.adapting.handover import read_rows
from headstart.flow.adapting.keep import keep, write_last

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.combination import Combination
    from headstart.core.context import Progress
    from headstart.core.model import Model


@dataclass(frozen=True, kw_only=True)
class CombineRequest:
    """All that decides what several models become, as plain values.

    Args:
        folder: where the model and what it measured are left.
        left_s: seconds in which it has to be done, or None.
        work: where the rows lie.
        combination: the combination as a spec.
        models: folders of the members' models.
        weights: the share of each of them, above nought.
        metric: the metric as a spec.
        role: `trial` for members that did not see the dev rows, `refit` for those that did.
        wish: how probabilities should become labels, for a trial.
        decision: how they do, for a refit; found by its trial or by the choice of the members.
    """

    folder: str
    left_s: float | None
    work: str
    combination: Mapping[str, Any]
    models: tuple[str, ...]
    weights: tuple[float, ...]
    metric: Mapping[str, Any]
    role: str
    wish: Mapping[str, Any]
    decision: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The request as it came through JSON."""
        return cls(**{**values, "models": tuple(values["models"]), "weights": tuple(values["weights"])})


def combine(values: Mapping[str, Any], progress: Progress) -> None:
    """Combines models and leaves what a fit does: `model/`, two files and, last of all, `outcome.json`.

    Raises:
        SettingError: the models can't become one; the message says why.
        BundleError: one of them is missing or broken.
    """
    request = CombineRequest.read(values)
    combination: Combination = registry.from_spec("combine", request.combination)

    def opened(place: int) -> Model:
        progress(place / (len(request.models) + 1), "opening")
        return load_model(Path(request.models[place]))

    model = combination.build(map(opened, range(len(request.models))), request.weights)
    progress(len(request.models) / (len(request.models) + 1), "measuring")
    dev = read_rows(Path(request.work) / "dev.parquet")
    found = keep(
        model,
        Path(request.folder),
        dev=dev.take([]) if request.role == "refit" else dev,
        train=read_rows(Path(request.work) / "train.parquet"),
        metric=registry.from_spec("metrics", request.metric),
        wish=request.wish,
        decision=request.decision,
    )
    last_words = {"chosen": {}, "fraction": 1.0, "curve": Curve().to_dict()}
    write_last({**found, **last_words}, Path(request.folder) / "outcome.json")
    progress(1.0, "combined")
