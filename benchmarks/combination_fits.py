"""Five fits on one draw of rows: what they, and soups of three of them, say of rows they did not see."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.subsets import Subset
    from headstart.core.metric import Metric
    from headstart.core.model import Model
    from headstart.core.rows import Rows
    from headstart.core.split import Split

PRECISION = "bfloat16"
DEV_SHARE = 0.25
MOST_TEST_ROWS = 500
# Rates of the full fine-tunings over the one that suits the rows, each with a seed of its own.
RATES = (0.5, 1.0, 2.0)
PLAIN = ("tfidf", "probe")


def said(subset: Subset, *, seed: int) -> dict[str, np.ndarray]:
    """Probabilities on dev and test rows of every fit, and of every soup of fine-tunings.

    Args:
        subset: rows to fit and to choose on, and test rows.
        seed: owns all randomness.

    Returns:
        `dev gold`, `test gold`, and for each model `dev NAME` and `test NAME`, a line a row; a soup is
        named after the places of its members among the fine-tunings, as `soup 0 2`.
    """
    from headstart import registry
    from headstart.core.split import Split

    train, dev = (part.rows() for part in subset.train.halves(DEV_SHARE))
    test = subset.test.rows()
    few = np.random.default_rng(0).permutation(len(test))[:MOST_TEST_ROWS]
    test = test.take(np.sort(few))
    task = registry.load("tasks", "classification").infer(train)
    metric = registry.build("metrics", "macro_f1", {})
    found = {"dev gold": task.gold(dev), "test gold": task.gold(test)}
    models = dict(_fits(Split(task=task, train=train, dev=dev), metric, seed=seed))
    tuned = [model for name, model in models.items() if name not in PLAIN]
    models |= _soups(tuned)
    for name, model in models.items():
        found[f"dev {name}"], found[f"test {name}"] = _probabilities(model, dev), _probabilities(model, test)
    return found


def _fits(split: Split, metric: Metric, *, seed: int) -> Iterator[tuple[str, Model]]:
    """The models, the cheapest to run first, each with the temperature that dev rows give it."""
    from headstart import registry
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.evaluation.decide import Wish, decide
    from headstart.models.describe import describe

    rate = registry.build("strategies", "full", {}).pace(split.task, len(split.train)).rate
    wanted: list[tuple[str, str, dict[str, Any], int]] = [(name, name, {}, seed) for name in PLAIN]
    for place, times in enumerate(RATES):
        wanted.append((f"full {times:g}", "full", {"learning_rate": times * rate}, 100 * seed + place))
    with tempfile.TemporaryDirectory() as folder:
        for name, strategy, params, own in wanted:
            context = Context(
                seed=own,
                device="cpu",
                precision=PRECISION,
                workdir=Path(folder),
                metric=metric,
                cache=Path(folder) / "cache",
            )
            step = registry.build("strategies", strategy, params)
            base = describe("embedded") if step.needs_base else None
            *_, last = step.adapt(Model(task=split.task, predictor=None, base=base), split, context)
            decision = decide(last.model.predict(split.dev), split.task.gold(split.dev), Wish())
            yield name, replace(last.model, decision=decision)


def _soups(models: Sequence[Model]) -> dict[str, Model]:
    from headstart import registry

    soup, found = registry.build("combine", "soup", {}), {}
    for size in range(2, len(models) + 1):
        for places in itertools.combinations(range(len(models)), size):
            name = " ".join(["soup", *map(str, places)])
            found[name] = soup.build([models[place] for place in places], [1.0] * size)
    return found


def _probabilities(model: Model, rows: Rows) -> np.ndarray:
    return np.asarray(model.predict(rows).probabilities)
