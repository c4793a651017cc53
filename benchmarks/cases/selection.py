"""What choosing among many candidates does to the verdict: simulated races through the real selection.

python -m benchmarks.cases.selection                     # 300 races a case
python -m benchmarks.cases.selection --races 50 --rows 200

Twenty candidates run through rungs, folds and finals as in `adapt`, with drawn predictions in the place
of fits; the winner is evaluated on fresh test rows beside three baselines, and judged.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.simulated import World, draw
from benchmarks.simulated_race import CANDIDATES, race_of, rows_of
from headstart import registry
from headstart.evaluation.evaluate import evaluate
from headstart.evaluation.verdict import judge
from headstart.wording import WINNER

if TYPE_CHECKING:
    from headstart.core.evaluation import Evaluation
    from headstart.core.metric import Metric

BASELINES = {"equal": 0.85, "close": 0.82, "far": 0.78}
# All candidates as good as the best baseline, or spread around it: none better, some a little worse.
FIELDS = {
    "no difference": (0.85,) * CANDIDATES,
    "spread": tuple(np.linspace(0.79, 0.87, CANDIDATES).round(4).tolist()),
}
SHARES = {"accuracy": (0.5, 0.5), "macro_f1": (0.5, 0.3, 0.15, 0.05), "roc_auc": (0.7, 0.3)}
ROWS, POOL, RACES = (60, 200, 500), 400, 300
TRUE_ROWS, MARGIN = 400_000, 0.01


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    cells = Cells(folder=RESULTS / "selection", again=asked.again)
    measured = []
    for metric in SHARES:
        for rows in asked.rows:
            for name in FIELDS:
                settings = {"metric": metric, "rows": rows, "field": name, "races": asked.races, "pool": POOL}
                cell = f"{metric}_{rows}_{name.replace(' ', '_')}"
                result = cells.get(cell, settings, lambda chosen=settings: _measure(chosen))
                measured.append({**settings, **result})
    save(
        RESULTS / "selection.json",
        {"command": command(), "date": today(), "machine": machine(), "cases": measured},
    )
    for each in measured:
        print(
            f"{each['metric']:9} {each['rows']:4} test rows, {each['field']:13} all intervals hold "
            f"{each['simultaneous']:.3f}, that of the best baseline {each['equal']:.3f}; adapt "
            f"{each['adapt']:.3f}, wrongly {each['wrong_adapt']:.3f}, inconclusive "
            f"{each['inconclusive']:.3f}; winner below the best candidate by {each['regret']:.4f}"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--races", type=int, default=RACES, help="of each case")
    parser.add_argument("--rows", nargs="+", type=int, default=ROWS, help="test rows")
    parser.add_argument("--again", action="store_true", help="measure once more what is already saved")
    return parser.parse_args()


@dataclass(frozen=True, kw_only=True)
class _Judged:
    held: tuple[bool, ...]
    outcome: str
    lead: float
    regret: float


def _measure(settings: dict[str, Any]) -> dict[str, Any]:
    metric = registry.build("metrics", settings["metric"], {})
    accuracies = (*FIELDS[settings["field"]], *BASELINES.values())
    world = World(shares=SHARES[settings["metric"]], accuracies=accuracies)
    truth = _true_scores(metric, world)
    found = [_one(metric, world, settings, truth=truth, seed=seed) for seed in range(settings["races"])]
    held = np.array([each.held for each in found])
    return {
        "simultaneous": float(held.all(axis=1).mean()),
        **dict(zip(BASELINES, held.mean(axis=0).tolist(), strict=True)),
        "adapt": float(np.mean([each.outcome == "adapt" for each in found])),
        "wrong_adapt": float(np.mean([each.outcome == "adapt" and each.lead <= 0 for each in found])),
        "inconclusive": float(np.mean([each.outcome == "inconclusive" for each in found])),
        "regret": float(np.mean([each.regret for each in found])),
        "monte_carlo_error": float(np.sqrt(0.95 * 0.05 / len(found))),
    }


def _one(metric: Metric, world: World, settings: dict[str, Any], *, truth: np.ndarray, seed: int) -> _Judged:
    rng = np.random.default_rng([seed, settings["rows"]])
    drawn = draw(world, POOL + settings["rows"], rng)
    with tempfile.TemporaryDirectory() as folder:
        winner = race_of(drawn, pool=POOL, metric=metric, folder=Path(folder), seed=seed)
    test = np.arange(POOL, POOL + settings["rows"])
    models = {WINNER: winner} | {name: CANDIDATES + place for place, name in enumerate(BASELINES)}
    predictions = {name: rows_of(drawn.predictions[model], test) for name, model in models.items()}
    evaluation = evaluate(
        metric_name=settings["metric"],
        metric=metric,
        gold=drawn.gold[test],
        predictions=predictions,
        groups=drawn.groups[test],
        not_measured={},
        seed=seed,
    )
    verdict = judge(
        evaluation,
        winner_name="winner",
        best_dev_baseline="equal",
        margin=MARGIN,
        class_rows=np.bincount(drawn.gold[test], minlength=len(world.shares)).tolist(),
    )
    leads = truth[winner] - truth[CANDIDATES:]
    return _Judged(
        held=_held(evaluation, leads),
        outcome=verdict.outcome,
        lead=float(leads.min()),
        regret=float(truth[:CANDIDATES].max() - truth[winner]),
    )


def _held(evaluation: Evaluation, leads: np.ndarray) -> tuple[bool, ...]:
    compared = [evaluation.comparisons[name] for name in BASELINES]
    return tuple(each.low <= lead <= each.high for each, lead in zip(compared, leads, strict=True))


def _true_scores(metric: Metric, world: World) -> np.ndarray:
    """The metric of each model over very many rows; models of the same accuracy are drawn alike."""
    known: dict[float, float] = {}
    for accuracy in dict.fromkeys(world.accuracies):
        alone = World(shares=world.shares, accuracies=(accuracy,))
        drawn = draw(alone, TRUE_ROWS, np.random.default_rng(1))
        known[accuracy] = metric.value(metric.stats(drawn.gold, drawn.predictions[0]))
    return np.array([known[each] for each in world.accuracies])


if __name__ == "__main__":
    main()
