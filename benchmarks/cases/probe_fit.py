"""How long one more probe takes on warm features, its strength chosen by folds, beside scikit-learn.

python -m benchmarks.cases.probe_fit
python -m benchmarks.cases.probe_fit --repeats 3 --shape 2000x384x2
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import log_loss

from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.options import Options
from headstart.train.linear import fit_linear

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float, Int
    from numpy import ndarray

SHAPES = ("2000x384x2", "2000x384x4", "2000x384x77", "100000x384x2")
GOAL_SHAPE, GOAL_MS = "2000x384x2", 50.0
REPEATS, PEER_REPEATS, THREADS = 9, 3, 2
UNSEEN_ROWS = 2000
STRENGTHS, FOLDS = 6, 5
# How fast the variance of text vectors falls from one principal axis to the next, and how far two
# classes lie apart: about as many rows are labelled rightly as with real texts.
DECAY, SIGNAL = 0.6, 0.08


@dataclass(frozen=True, kw_only=True)
class Table:
    """Vectors and classes of training rows and of unseen rows."""

    features: Float[ndarray, "rows width"]
    targets: Int[ndarray, " rows"]
    unseen: Float[ndarray, "unseen width"]
    unseen_targets: Int[ndarray, " unseen"]


def main() -> None:
    """Time both on the same rows in turn and write what was measured."""
    options = Options(__doc__)
    options.add_argument("--shape", action="append", help="rows x width x classes; repeat it for several")
    options.add_argument("--repeats", type=int, default=REPEATS, help="times that each is measured")
    asked = options.parse_args()
    torch.set_num_threads(THREADS)
    cases: dict[str, Any] = {}
    about = {"command": command(), "date": today(), "machine": machine(), "threads": THREADS}
    for shape in asked.shape or SHAPES:
        cases[shape] = measured(shape, asked.repeats)
        save(RESULTS / "probe_fit.json", {**about, "goal_ms": {GOAL_SHAPE: GOAL_MS}, "cases": cases})
        print(shape, cases[shape], flush=True)


def measured(shape: str, repeats: int) -> dict[str, Any]:
    """Milliseconds of both fits on rows of a shape, and their log loss on unseen rows."""
    rows, width, classes = map(int, shape.split("x"))
    table = draw(rows, width, classes, seed=0)
    ours, theirs = [], []
    our_losses, their_losses = [], []
    # scikit-learn takes minutes on the large ones, so that it is measured once there.
    peers = min(repeats, PEER_REPEATS) if rows * classes <= 10_000 else 1
    _ours(table, classes)
    for number in range(repeats):
        ours.append(_timed(lambda: our_losses.append(_ours(table, classes))))
        if number < peers:
            theirs.append(_timed(lambda: their_losses.append(_theirs(table))))
    # A busy machine shows in the load, in the spread, and in wall time above the processor's own.
    found: dict[str, Any] = {
        "load_average": round(os.getloadavg()[0], 1),
        "median_of": {"ours": repeats, "scikit_learn": peers},
        "ms": _summary([each["wall_ms"] for each in ours]),
        "processor_ms": _summary([each["processor_ms"] for each in ours]),
        "scikit_learn_ms": _summary([each["wall_ms"] for each in theirs]),
        "log_loss": round(our_losses[0], 4),
        "scikit_learn_log_loss": round(their_losses[0], 4),
    }
    found["ratio"] = round(found["scikit_learn_ms"]["median"] / found["ms"]["median"], 1)
    if shape == GOAL_SHAPE:
        found["holds"] = found["ms"]["median"] < GOAL_MS
    return found


def draw(rows: int, width: int, classes: int, *, seed: int) -> Table:
    """Vectors with a spectrum like that of text embeddings, whose classes overlap."""
    rng = np.random.default_rng(seed)
    scale = np.arange(1, width + 1) ** -DECAY
    centres = SIGNAL * np.log2(classes) ** 0.5 * rng.normal(size=(classes, width)) * scale
    targets = rng.permutation(np.arange(rows + UNSEEN_ROWS) % classes)
    features = (centres[targets] + rng.normal(size=(len(targets), width)) * scale).astype(np.float32)
    return Table(
        features=features[:rows],
        targets=targets[:rows],
        unseen=features[rows:],
        unseen_targets=targets[rows:],
    )


def _ours(table: Table, classes: int) -> float:
    fit = fit_linear(table.features, table.targets, classes)
    logits = table.unseen @ fit.weight.T + fit.bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return float(log_loss(table.unseen_targets, powers / powers.sum(axis=1, keepdims=True)))


def _theirs(table: Table) -> float:
    """As many penalties, over the same range, and as many folds."""
    centred = table.features - table.features.mean(axis=0)
    scale = np.sqrt(np.square(centred).sum(axis=1).mean())
    penalties = 1.0 / (len(centred) * np.geomspace(1e-2, 1e-5, STRENGTHS))
    fit = LogisticRegressionCV(
        Cs=penalties,
        l1_ratios=(0.0,),
        cv=FOLDS,
        scoring="neg_log_loss",
        max_iter=1000,
        use_legacy_attributes=False,
    )
    fit.fit(centred / scale, table.targets)
    unseen = (table.unseen - table.features.mean(axis=0)) / scale
    return float(log_loss(table.unseen_targets, fit.predict_proba(unseen)))


def _timed(job: Callable[[], object]) -> dict[str, float]:
    wall, processor = time.perf_counter(), time.process_time()
    job()
    return {
        "wall_ms": 1000 * (time.perf_counter() - wall),
        "processor_ms": 1000 * (time.process_time() - processor),
    }


def _summary(values: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 1),
        "least": round(min(values), 1),
        "most": round(max(values), 1),
    }


if __name__ == "__main__":
    main()
