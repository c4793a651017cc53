"""What choosing among many candidates does to the verdict: simulated races through the real selection.

python -m benchmarks.cases.selection                                  # 2,000 races a case
python -m benchmarks.cases.selection --races 400 --fields alone --metrics accuracy

Twenty candidates run through rungs, folds, finals, combinations and refits as in `adapt`, with drawn
predictions in the place of fits; the winner is evaluated on fresh test rows beside three baselines, and
judged, once for each number of test rows.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.selection_table import table
from benchmarks.simulated_race import ALONE, BASELINES, CANDIDATES, select
from benchmarks.simulated_scores import ScoreWorld, draw_scores
from benchmarks.true_leads import TrueLeads
from headstart import registry
from headstart.evaluation.evaluate import evaluate
from headstart.evaluation.verdict import LEAST_CLASS_ROWS, judge
from headstart.wording import WINNER

if TYPE_CHECKING:
    from benchmarks.simulated import Drawn
    from benchmarks.simulated_race import Selected
    from headstart.core.metric import Metric

# Shares of the classes, and the strength that gives middling scores.
METRICS = {
    "accuracy": ((0.5, 0.5), 1.5),
    "macro_f1": ((0.5, 0.3, 0.15, 0.05), 2.2),
    "roc_auc": ((0.7, 0.3), 1.2),
}
# Strengths of the candidates, as shares of that; the baselines are the best, a close and a far one.
SAME, SPREAD, BESIDE = (1.0,) * CANDIDATES, tuple(np.linspace(0.85, 1.05, CANDIDATES)), (1.0, 0.93, 0.82)
FIELDS = ("alone", "ceiling", "spread")
ROWS, POOL, RACES, AT_ONCE = (60, 200, 500), 400, 2000, 100
MARGIN = 0.01
RACED = RESULTS / "selection"


def main() -> None:
    """Race what is missing and print the table of all that has been raced."""
    asked = _arguments()
    cells = Cells(folder=RACED, again=asked.again)
    for field in asked.fields:
        for metric in asked.metrics:
            settings = {"metric": metric, "field": field, "rows": ROWS, "pool": POOL}
            for first in range(0, asked.races, AT_ONCE):
                races = {**settings, "first": first, "races": min(AT_ONCE, asked.races - first)}
                name = f"{metric}_{field}_{first:04}"
                cells.get(name, races, lambda chosen=races: _measure(chosen))
    measured = _raced()
    found = {"command": command(), "date": today(), "machine": machine(), "cases": measured}
    save(RESULTS / "selection.json", found)
    print("\n".join(table(measured)))


def _raced() -> list[dict[str, Any]]:
    """Each case with its races of all files added up."""
    found = []
    for field in FIELDS:
        for metric in METRICS:
            counts: Counter[str] = Counter()
            for path in RACED.glob(f"{metric}_{field}_*.json"):
                cell = json.loads(path.read_text())
                if (cell["settings"]["rows"], cell["settings"]["pool"]) == (list(ROWS), POOL):
                    counts.update(cell["result"])
            if counts:
                found.append(
                    {"metric": metric, "field": field, "rows": ROWS, "pool": POOL, "counts": dict(counts)}
                )
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    races = f"of each case, {AT_ONCE} a file; 0 for the table alone"
    parser.add_argument("--races", type=int, default=RACES, help=races)
    parser.add_argument("--metrics", nargs="+", choices=tuple(METRICS), default=tuple(METRICS))
    parser.add_argument("--fields", nargs="+", choices=FIELDS, default=FIELDS)
    parser.add_argument("--again", action="store_true", help="race once more what is already saved")
    return parser.parse_args()


def _world(metric: str, field: str) -> ScoreWorld:
    """The candidates, then the baselines.

    `alone`: all candidates are as good as the best baseline, and mixtures exceed the bound on latency, so
    that nothing is better. `ceiling`: mixtures are allowed, and the best baseline is the limit of what they
    can reach. `spread`: some candidates are better, many worse, and mixtures better still.
    """
    shares, strength = METRICS[metric]
    common = 0.8 if field == "ceiling" else 0.5
    own = [1.0 - common] * (CANDIDATES + len(BASELINES))
    if field == "ceiling":
        own[CANDIDATES] = 0.0
    candidates = SPREAD if field == "spread" else SAME
    strengths = tuple(strength * each for each in (*candidates, *BESIDE))
    return ScoreWorld(shares=shares, strengths=strengths, common=common, own=tuple(own))


@cache
def _truth(metric: str, field: str) -> TrueLeads:
    return TrueLeads(metric=registry.build("metrics", metric, {}), world=_world(metric, field))


def _measure(settings: dict[str, Any]) -> dict[str, int | float]:
    """Sums over races, so that those of several files can be added up."""
    counts: Counter[str] = Counter()
    for seed in range(settings["first"], settings["first"] + settings["races"]):
        counts.update(_race(settings, seed))
    return dict(counts)


def _race(settings: dict[str, Any], seed: int) -> dict[str, int | float]:
    truth = _truth(settings["metric"], settings["field"])
    rng = np.random.default_rng([seed, list(METRICS).index(settings["metric"])])
    drawn = draw_scores(truth.world, settings["pool"] + sum(settings["rows"]), rng)
    with tempfile.TemporaryDirectory() as folder:
        selected = select(
            drawn,
            pool=settings["pool"],
            metric=truth.metric,
            folder=Path(folder),
            seed=seed,
            caps=ALONE if settings["field"] == "alone" else None,
        )
    winner = selected.voices[WINNER]
    leads = truth.over(winner, range(CANDIDATES, len(drawn.predictions)))
    # The best of the candidates is the last one.
    found = {"races": 1, "mixtures": len(winner.parts) > 1, "lead": leads[0], "better": leads.min() > 0}
    if len(winner.parts) == 1:
        found["regret"] = truth.alone(CANDIDATES - 1) - truth.alone(winner.parts[0].model)
    first = settings["pool"]
    for rows in settings["rows"]:
        test = np.arange(first, first + rows)
        judged = _judged(drawn, selected, test, metric=truth.metric, leads=leads, seed=seed)
        found |= {f"{rows} {name}": value for name, value in judged.items()}
        first += rows
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in found.items()}


def _judged(
    drawn: Drawn, selected: Selected, test: np.ndarray, *, metric: Metric, leads: np.ndarray, seed: int
) -> dict[str, int]:
    """What held on some test rows: each interval, all of them, and the verdict."""
    gold = drawn.gold[test]
    evaluation = evaluate(
        metric_name=registry.name_of(metric),
        metric=metric,
        gold=gold,
        predictions={name: each.says(drawn.predictions, test) for name, each in selected.voices.items()},
        groups=drawn.groups[test],
        not_measured={},
        seed=seed,
    )
    class_rows = np.bincount(gold, minlength=len(drawn.predictions[0].classes)).tolist()
    verdict = judge(
        evaluation,
        winner_name=WINNER,
        best_dev_baseline=selected.best_dev_baseline,
        margin=MARGIN,
        class_rows=class_rows,
    )
    compared = [evaluation.comparisons[name] for name in BASELINES]
    held = [each.low <= lead <= each.high for each, lead in zip(compared, leads, strict=True)]
    enough = min(class_rows) >= LEAST_CLASS_ROWS
    adapt = verdict.outcome == "adapt"
    return {
        "held": all(held),
        "held best": held[0],
        "enough": enough,
        "held of enough": enough and all(held),
        "adapt": adapt,
        "wrong adapt": adapt and leads.min() <= 0,
        "inconclusive": verdict.outcome == "inconclusive",
    }


if __name__ == "__main__":
    main()
