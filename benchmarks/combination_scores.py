"""What each way to combine the fits of one draw is worth, from what they say of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.combination_fits import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.combination import HeldOut, Member, Mixture

BAGS = 10
TUNED = "full"


def scores(arrays: Mapping[str, np.ndarray], *, seed: int) -> dict[str, dict[str, Any]]:
    """Macro-F1 on the test rows of each model and combination, and how many networks a row runs through.

    Args:
        arrays: what `said` gives.
        seed: owns the randomness of the choices.
    """
    return _Draw(arrays, seed).told()


class _Draw:
    """One draw: a choice that gains nothing falls back on the best alone."""

    def __init__(self, arrays: Mapping[str, np.ndarray], seed: int) -> None:
        from headstart import registry

        self._arrays, self._seed = arrays, seed
        self._names = [*PLAIN, *(name[4:] for name in arrays if name.startswith(f"dev {TUNED}"))]
        self._tuned = [name for name in self._names if name not in PLAIN]
        self._metric = registry.build("metrics", "macro_f1", {})
        self._classes = tuple(str(each) for each in range(arrays[f"dev {PLAIN[0]}"].shape[1]))
        self._held_out = self._rows()

    def told(self) -> dict[str, dict[str, Any]]:
        """Scores, costs and shares by system."""
        best, best_tuned = self._best(self._names), self._best(self._tuned)
        found = {name: self._mean({name: 1.0}) for name in self._names}
        found |= {
            "best alone": found[best],
            "best full": found[best_tuned],
            "best alone on test": max(
                (found[name] for name in self._names), key=lambda each: each["macro_f1"]
            ),
            "mean of all": self._mean(dict.fromkeys(self._names, 1.0)),
            "mean of full": self._mean(dict.fromkeys(self._tuned, 1.0)),
            "soup of all full": self._souped(dict.fromkeys(self._tuned, 1.0)),
            "greedy ensemble, unchecked": self._mean(self._unchecked(self._names)),
        }
        for name, among, bags, fallback in (
            ("greedy ensemble", self._names, 0, best),
            (f"greedy ensemble, {BAGS} bags", self._names, BAGS, best),
            ("greedy ensemble of full", self._tuned, 0, best_tuned),
        ):
            mixture = self._ensemble(among, bags)
            weights = _shares(among, mixture) if mixture else {fallback: 1.0}
            found[name] = {**self._mean(weights), **_gained(mixture)}
        mixture = self._soup()
        soup = self._souped(_shares(self._tuned, mixture)) if mixture else found[best_tuned]
        found["soup of full"] = {**soup, **_gained(mixture)}
        return found

    def _best(self, names: Sequence[str]) -> str:
        gold = self._arrays["dev gold"]
        return max(names, key=lambda name: self._value(gold, self._arrays[f"dev {name}"]))

    def _mean(self, weights: Mapping[str, float]) -> dict[str, Any]:
        """The weighted mean of what the members say, which is what an ensemble says."""
        used = {name: weight for name, weight in weights.items() if weight}
        mixed = sum(weight * self._arrays[f"test {name}"] for name, weight in used.items()) / sum(
            used.values()
        )
        return self._scored(mixed, networks=sum(name != "tfidf" for name in used))

    def _souped(self, weights: Mapping[str, float]) -> dict[str, Any]:
        return self._scored(self._arrays[f"test {self._soup_name(weights)}"], networks=1)

    def _soup_name(self, weights: Mapping[str, float]) -> str:
        places = [str(place) for place, name in enumerate(self._tuned) if weights.get(name)]
        return " ".join(["soup", *places]) if len(places) > 1 else self._tuned[int(places[0])]

    def _ensemble(self, names: Sequence[str], bags: int) -> Mixture | None:
        from headstart import registry
        from headstart.core.caps import Caps

        found: Mixture | None = registry.build("combine", "greedy_ensemble", {"bags": bags}).choose(
            self._members(names), self._held_out, caps=Caps(), seed=self._seed
        )
        return found

    def _unchecked(self, names: Sequence[str]) -> dict[str, float]:
        """What forward selection takes by the dev rows alone."""
        from headstart.combine._judge import Judge
        from headstart.combine.greedy_ensemble import GreedyEnsemble, _averaged, _Search

        members = self._members(names)
        judge = Judge.of(members, self._held_out, _averaged(members))
        assert judge is not None
        rows = np.arange(len(self._held_out))
        search = _Search(judge=judge, rows=rows, affordable=lambda _: True, steps=GreedyEnsemble().steps)
        return dict(zip(names, search.best_of(range(len(names))), strict=True))

    def _soup(self) -> Mixture | None:
        from headstart.combine._judge import Judge
        from headstart.combine.soup import _poured

        def mixed(weights: tuple[float, ...]) -> np.ndarray:
            name = self._soup_name(dict(zip(self._tuned, weights, strict=True)))
            return self._arrays[f"dev {name}"]

        judge = Judge.of(self._members(self._tuned), self._held_out, mixed)
        assert judge is not None
        every = range(len(self._tuned))
        return judge.settled(lambda rows: _poured(judge, every, rows), every, seed=self._seed)

    def _members(self, names: Sequence[str]) -> list[Member]:
        from headstart.core.combination import Member
        from headstart.core.evaluation import Footprint
        from headstart.core.predictions import Predictions

        found = []
        for name in names:
            told = self._arrays[f"dev {name}"]
            predictions = Predictions(classes=self._classes, labels=told.argmax(axis=1), probabilities=told)
            nothing = Footprint(bytes=0, row_ms=0.0)
            found.append(Member(name=name, predictions=predictions, footprint=nothing, opened=_closed))
        return found

    def _rows(self) -> HeldOut:
        import polars as pl

        from headstart import registry
        from headstart.core.combination import HeldOut
        from headstart.core.rows import Columns, Rows

        gold = [str(each) for each in self._arrays["dev gold"].tolist()]
        frame = pl.DataFrame({"text": gold, "label": gold})
        rows = Rows.of(frame, Columns(text=("text",), target="label"))
        task = registry.build("tasks", "classification", {"classes": self._classes})
        return HeldOut(task=task, metric=self._metric, folds=(rows,))

    def _scored(self, probabilities: np.ndarray, *, networks: int) -> dict[str, Any]:
        value = self._value(self._arrays["test gold"], probabilities)
        return {"macro_f1": value, "networks": networks}

    def _value(self, gold: np.ndarray, probabilities: np.ndarray) -> float:
        from headstart.core.predictions import Predictions

        said = Predictions(
            classes=self._classes, labels=probabilities.argmax(axis=1), probabilities=probabilities
        )
        return float(self._metric.value(self._metric.stats(gold, said)))


def _closed(fold: int) -> Any:
    raise RuntimeError(f"the model of fold {fold} is not kept; its predictions are")


def _shares(names: Sequence[str], mixture: Mixture) -> dict[str, float]:
    return {name: weight for name, weight in zip(names, mixture.weights, strict=True) if weight}


def _gained(mixture: Mixture | None) -> dict[str, Any]:
    """Whether something was gained on dev, and by which shares."""
    if mixture is None:
        return {"gained": False}
    return {
        "gained": True,
        "weights": list(mixture.weights),
        "dev": mixture.score,
        "dev_alone": mixture.alone,
    }
