"""Five fits on one draw of rows, and what each way to combine them is worth on rows that nobody saw."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.fit_once import as_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.subsets import Subset
    from headstart.core.combination import HeldOut, Member, Mixture
    from headstart.core.context import Context
    from headstart.core.metric import Metric
    from headstart.core.model import Model
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.split import Split

PRECISION = "bfloat16"
DEV_SHARE = 0.25
# Rates of the full fine-tunings over the one that suits the rows, each with a seed of its own.
RATES = (0.5, 1.0, 2.0)
BAGS = 10


def compare(subset: Subset, *, seed: int) -> dict[str, Any]:
    """Macro-F1 and milliseconds a row, on the test rows, of each model and each combination.

    Args:
        subset: rows to fit and to choose on, and test rows.
        seed: owns all randomness.
    """
    from headstart import registry
    from headstart.core.combination import HeldOut
    from headstart.core.split import Split

    train, dev = (as_rows(part) for part in subset.train.halves(DEV_SHARE))
    test = as_rows(subset.test)
    metric = registry.build("metrics", "macro_f1", {})
    task = registry.load("tasks", "classification").infer(train)
    split = Split(task=task, train=train, dev=dev)
    fits = [_measured(name, model, split, test) for name, model in _fits(split, metric, seed=seed)]
    judged = _Judged(
        fits=fits,
        held_out=HeldOut(task=task, metric=metric, folds=(dev,)),
        test=test,
        metric=metric,
        seed=seed,
    )
    return judged.told()


def _fits(split: Split, metric: Metric, *, seed: int) -> Iterator[tuple[str, Model]]:
    """The models, the cheapest to run first."""
    from headstart import registry
    from headstart.core.context import Context

    full = registry.build("strategies", "full", {})
    rate = full.pace(split.task, len(split.train)).rate
    with tempfile.TemporaryDirectory() as folder:

        def fitted(strategy: str, params: dict[str, Any], seed: int) -> Model:
            context = Context(
                seed=seed,
                device="cpu",
                precision=PRECISION,
                workdir=Path(folder),
                metric=metric,
                cache=Path(folder) / "cache",
            )
            return _adapted(strategy, params, split, context)

        yield "tfidf", fitted("tfidf", {}, seed)
        yield "probe", fitted("probe", {}, seed)
        for place, times in enumerate(RATES):
            yield f"full {times:g}", fitted("full", {"learning_rate": times * rate}, 100 * seed + place)


def _adapted(strategy: str, params: dict[str, Any], split: Split, context: Context) -> Model:
    from headstart import registry
    from headstart.core.model import Model
    from headstart.models.describe import describe

    step = registry.build("strategies", strategy, params)
    base = describe("embedded") if step.needs_base else None
    *_, last = step.adapt(Model(task=split.task, predictor=None, base=base), split, context)
    return last.model


class _Fit:
    """A model with what it says of the test rows, its temperature found on dev as in a run."""

    def __init__(self, *, member: Member, model: Model, test: Predictions) -> None:
        self.member, self.model, self.test = member, model, test


def _measured(name: str, model: Model, split: Split, test: Rows) -> _Fit:
    from headstart.core.combination import Member
    from headstart.core.evaluation import Footprint
    from headstart.evaluation.decide import Wish, decide
    from headstart.flow.adapting.timed import timed

    decision = decide(model.predict(split.dev), split.task.gold(split.dev), Wish())
    ready = replace(model, decision=decision)
    said, row_ms = timed(ready.predict, test)
    member = Member(
        name=name,
        predictions=ready.predict(split.dev),
        footprint=Footprint(bytes=0, row_ms=row_ms),
        opened=lambda _: ready,
    )
    return _Fit(member=member, model=ready, test=said)


class _Judged:
    """What each way to choose among the fits, or to combine them, gives on the test rows."""

    def __init__(
        self, *, fits: Sequence[_Fit], held_out: HeldOut, test: Rows, metric: Metric, seed: int
    ) -> None:
        self._fits, self._held_out, self._test, self._metric, self._seed = fits, held_out, test, metric, seed
        self._every = list(range(len(fits)))
        self._full = [place for place in self._every if fits[place].member.name.startswith("full")]

    def told(self) -> dict[str, Any]:
        """Scores, costs and shares by system; a choice that gains nothing falls back on the best alone."""
        best, best_full = self._best(self._every), self._best(self._full)
        found: dict[str, Any] = {fit.member.name: self._alone(place) for place, fit in enumerate(self._fits)}
        found |= {
            "best alone": self._alone(best),
            "best full": self._alone(best_full),
            "best alone on test": max(
                (self._alone(each) for each in self._every), key=lambda told: told["macro_f1"]
            ),
            "mean of all": self._mean([1.0] * len(self._fits)),
            "mean of full": self._mean([float(place in self._full) for place in self._every]),
            "soup of all full": self._souped([1.0] * len(self._full), self._full),
        }
        for name, params in (("greedy ensemble", {}), (f"greedy ensemble, {BAGS} bags", {"bags": BAGS})):
            mixture = self._chosen("greedy_ensemble", params, self._every)
            found[name] = self._mean(mixture.weights) if mixture else self._alone(best)
            found[name] |= _told(mixture)
        found["greedy ensemble, unchecked"] = self._mean(self._unchecked())
        mixture = self._chosen("greedy_ensemble", {}, self._full)
        found["greedy ensemble of full"] = (
            self._mean(self._spread(mixture.weights, self._full)) if mixture else self._alone(best_full)
        ) | _told(mixture)
        mixture = self._chosen("soup", {}, self._full)
        found["soup of full"] = (
            self._souped(mixture.weights, self._full) if mixture else self._alone(best_full)
        ) | _told(mixture)
        return found

    def _best(self, places: Sequence[int]) -> int:
        gold, metric = self._held_out.gold, self._metric

        def score(place: int) -> float:
            return metric.value(metric.stats(gold, self._fits[place].member.predictions))

        return max(places, key=score)

    def _chosen(self, use: str, params: dict[str, Any], places: Sequence[int]) -> Mixture | None:
        from headstart import registry
        from headstart.core.caps import Caps

        found: Mixture | None = registry.build("combine", use, params).choose(
            [self._fits[place].member for place in places], self._held_out, caps=Caps(), seed=self._seed
        )
        return found

    def _unchecked(self) -> Sequence[float]:
        """What forward selection takes when nothing holds it to rows that it did not choose by."""
        from headstart.combine._judge import Judge
        from headstart.combine.greedy_ensemble import GreedyEnsemble, _averaged, _Search

        members = [fit.member for fit in self._fits]
        judge = Judge.of(members, self._held_out, _averaged(members))
        assert judge is not None
        rows = np.arange(len(self._held_out))
        search = _Search(judge=judge, rows=rows, affordable=lambda _: True, steps=GreedyEnsemble().steps)
        return search.best_of(self._every)

    def _spread(self, weights: Sequence[float], places: Sequence[int]) -> list[float]:
        shares = dict(zip(places, weights, strict=True))
        return [shares.get(place, 0.0) for place in self._every]

    def _alone(self, place: int) -> dict[str, Any]:
        fit = self._fits[place]
        return {"macro_f1": self._score(fit.test), "row_ms": fit.member.footprint.row_ms}

    def _mean(self, weights: Sequence[float]) -> dict[str, Any]:
        """The weighted mean of what the members said, which is what an ensemble says."""
        used = [(fit, weight) for fit, weight in zip(self._fits, weights, strict=True) if weight]
        total = sum(weight for _, weight in used)
        mixed = sum(weight / total * np.asarray(fit.test.probabilities) for fit, weight in used)
        said = replace(used[0][0].test, labels=np.asarray(mixed).argmax(axis=1), probabilities=mixed)
        row_ms = sum(fit.member.footprint.row_ms for fit, _ in used)
        return {"macro_f1": self._score(said), "row_ms": row_ms}

    def _souped(self, weights: Sequence[float], places: Sequence[int]) -> dict[str, Any]:
        from headstart import registry
        from headstart.flow.adapting.timed import timed

        used = [
            (self._fits[place].model, weight) for place, weight in zip(places, weights, strict=True) if weight
        ]
        model = registry.build("combine", "soup", {}).build(
            (each for each, _ in used), [each for _, each in used]
        )
        said, row_ms = timed(model.predict, self._test)
        return {"macro_f1": self._score(said), "row_ms": row_ms}

    def _score(self, said: Predictions) -> float:
        gold = self._held_out.task.gold(self._test)
        return self._metric.value(self._metric.stats(gold, said))


def _told(mixture: Mixture | None) -> dict[str, Any]:
    """Whether something was gained on dev, and by which shares."""
    if mixture is None:
        return {"gained": False}
    return {
        "gained": True,
        "weights": list(mixture.weights),
        "dev": mixture.score,
        "dev_alone": mixture.alone,
    }
