"""How strongly a training is regularised where nobody has said so: told from earlier trainings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.planning.gaussian import posterior
from headstart.planning.traits import Traits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from numpy import ndarray

FILE = Path(__file__).with_name("regularisation.json")
TASK = "classification"
# Standard deviations by which a gain must be expected before a default moves.
CAUTION = 1.0


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Settings for a strategy beside its defaults.

    Args:
        params: the settings; empty where its defaults are expected to be as good.
        why: what is expected of them, in plain words; empty without any.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Scales:
    """How far gains differ, in points, as found by the greatest marginal likelihood.

    Args:
        mean: of a setting's mean gain from nought.
        bend: of the gain along the traits.
        reach: steps along the traits over which gains are alike.
        between: of one data set from others with the same traits.
        noise: of one draw of the rows.
    """

    mean: float
    bend: float
    reach: float
    between: float
    noise: float


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The gain of one setting over the defaults on one draw of one data set.

    Args:
        data: name of the data set.
        traits: what it is like.
        setting: name of the setting.
        gain: points of macro-F1 on rows that were not learnt from.
    """

    data: str
    traits: Traits
    setting: str
    gain: float


@dataclass(frozen=True, kw_only=True)
class RegularisationModel:
    """Gains that were measured, and how they carry over to other data.

    A Gaussian process for each setting, its mean drawn from a normal distribution around nought: where
    little was measured, or what was measured disagrees, a setting is expected to bring nothing and the
    defaults stay.

    Args:
        strategy: the strategy that was measured.
        base: the base that it started from.
        settings: its settings by name.
        scales: how far gains differ.
        measured: the gains.
        trusted: whether what it foretold for data sets that were left out came true, on the mean.
    """

    strategy: str
    base: str
    settings: Mapping[str, Mapping[str, Any]]
    scales: Scales
    measured: tuple[Measured, ...]
    trusted: bool

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The model from plain values, as the package ships them."""
        return cls(
            strategy=values["strategy"],
            base=values["base"],
            trusted=values["trusted"],
            settings=values["settings"],
            scales=Scales(**values["scales"]),
            measured=tuple(
                Measured(**{**each, "traits": Traits(**each["traits"])}) for each in values["measured"]
            ),
        )

    def expected(self, setting: str, traits: Traits) -> tuple[float, float]:
        """Points that a setting is expected to bring on a data set of these traits, and their deviation."""
        known = [each for each in self.measured if each.setting == setting]
        scales = self.scales
        own = scales.mean**2 + scales.bend**2 + scales.between**2
        if not known:
            return 0.0, own**0.5
        cross = self._alike([each.traits for each in known], [traits])[:, 0]
        gains = np.array([each.gain for each in known])
        return posterior(self._covariance(known), cross, own=own, values=gains)

    def best(self, traits: Traits) -> tuple[str, float, float] | None:
        """The setting with the greatest gain that can be relied on, its gain and deviation, or None."""
        every = [(name, *self.expected(name, traits)) for name in self.settings]
        sure = [each for each in every if each[1] - CAUTION * each[2] > 0.0]
        return max(sure, key=lambda each: each[1] - CAUTION * each[2], default=None)

    def covariance(self, setting: str) -> tuple[Float[ndarray, "n n"], Float[ndarray, " n"]]:
        """Covariance of a setting's measured gains, and the gains."""
        known = [each for each in self.measured if each.setting == setting]
        return self._covariance(known), np.array([each.gain for each in known])

    def _covariance(self, known: list[Measured]) -> Float[ndarray, "n n"]:
        traits = [each.traits for each in known]
        names = np.array([each.data for each in known])
        same = names[:, None] == names[None, :]
        scales = self.scales
        noise = scales.noise**2 * np.eye(len(known))
        return np.asarray(self._alike(traits, traits) + scales.between**2 * same + noise)

    def _alike(self, some: list[Traits], others: list[Traits]) -> Float[ndarray, "some others"]:
        here, there = (np.array([each.place for each in side]) for side in (some, others))
        far = np.square(here[:, None] - there[None]).sum(axis=2)
        near = np.exp(-0.5 * far / self.scales.reach**2)
        return np.asarray(self.scales.mean**2 + self.scales.bend**2 * near)


def suggested(strategy: str, base: str, traits: Traits, *, task: str) -> Suggestion:
    """The settings that a strategy should start from on a data set of these traits.

    Args:
        strategy: name of the strategy; one that was not measured keeps its defaults.
        base: name of the base; on one that was not measured the defaults stay.
        traits: the data set.
        task: name of its task; gains were measured on classes, and not every setting has a meaning elsewhere.
    """
    model = shipped()
    known = model.trusted and (strategy, base, task) == (model.strategy, model.base, TASK)
    found = model.best(traits) if known else None
    if found is None:
        return Suggestion()
    name, gain, error = found
    why = f"{name}, which is expected to bring {gain:.1f} ± {error:.1f} points on data like this"
    return Suggestion(params=dict(model.settings[name]), why=why)


@cache
def shipped() -> RegularisationModel:
    """The model that comes with the package."""
    return RegularisationModel.read(json.loads(FILE.read_text(encoding="utf-8")))
