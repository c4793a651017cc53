"""Several models that answer together."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart import registry
from headstart.core.decision import Decision
from headstart.core.model import Model
from headstart.core.plan import Step
from headstart.core.predictions import Predictions
from headstart.core.prompt_figures import PromptFigures
from headstart.models.base_values import base_from, base_values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.task import Task

BACKBONE = "backbone"


@dataclass(frozen=True, kw_only=True, eq=False)
class Ensemble:
    """The weighted mean of the calibrated probabilities of its members.

    Args:
        members: models of one task; each has its own temperature.
        weights: share of each of them; they add up to one.
    """

    members: tuple[Model, ...]
    weights: tuple[float, ...]

    def predict(self, rows: Rows) -> Predictions:
        """The mean of the members' probabilities, and the class that is most probable by it.

        Raises:
            ValueError: a member gives no probabilities.
        """
        total = np.zeros(())
        for member, weight in zip(self.members, self.weights, strict=True):
            found = member.predict(rows)
            if found.probabilities is None:
                raise ValueError(
                    "a member of the ensemble gives no probabilities, so there is no mean of them"
                )
            total = total + weight * found.probabilities.astype(np.float64)
        return Predictions(classes=found.classes, labels=total.argmax(axis=1), probabilities=total)

    def prompt_figures(self, rows: Rows) -> PromptFigures | None:
        """What the prompts of its members come to; None where no member asks with prompts."""
        told = (PromptFigures.of(member.predictor, rows) for member in self.members)
        return PromptFigures.added([each for each in told if each is not None])

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes each member's files into a folder of its own."""
        told = []
        for place, (member, weight) in enumerate(zip(self.members, self.weights, strict=True)):
            within = folder / _name(place)
            within.mkdir()
            assert member.predictor is not None
            told.append(
                {
                    "weight": weight,
                    "use": registry.name_of(member.predictor),
                    "config": dict(member.predictor.save(within)),
                    "decision": asdict(member.decision),
                    "lineage": [asdict(step) for step in member.lineage],
                    "base": base_values(member.base) if member.base else None,
                }
            )
        return {"members": told}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The ensemble that `save` wrote.

        Raises:
            BundleError: a member's files are missing or broken.
            UnknownName: a member is of a kind that is not installed here.
        """
        told = config["members"]
        return cls(
            members=tuple(_member(folder / _name(place), each, task) for place, each in enumerate(told)),
            weights=tuple(float(each["weight"]) for each in told),
        )


def _member(folder: Path, told: Mapping[str, Any], task: Task) -> Model:
    kind = registry.load("predictors", told["use"])
    return Model(
        task=task,
        predictor=kind.load(folder, told["config"], task),
        base=base_from(told["base"], folder / BACKBONE) if told["base"] else None,
        lineage=tuple(Step(use=each["use"], params=each["params"]) for each in told["lineage"]),
        decision=Decision(**registry.frozen_values(told["decision"])),
    )


def _name(place: int) -> str:
    return f"member_{place + 1}"
