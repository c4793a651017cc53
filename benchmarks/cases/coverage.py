"""How often the 95 % intervals of the comparisons hold the true difference, and how often `adapt` is wrong.

python -m benchmarks.cases.coverage                       # 1000, 500 and 300 simulations a case
python -m benchmarks.cases.coverage --simulations 2000 --rows 200
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.simulated import World, draw
from headstart import registry
from headstart.evaluation.evaluate import evaluate
from headstart.wording import WINNER

if TYPE_CHECKING:
    from benchmarks.simulated import Drawn
    from headstart.core.evaluation import Comparison
    from headstart.core.metric import Metric

BASELINES = ("equal", "close", "far")
# Of the winner and the baselines: the first is truly as good, so that each `adapt` is a wrong one.
USUAL, HIGH = (0.85, 0.85, 0.82, 0.78), (0.98, 0.98, 0.965, 0.95)
CASES = {
    "accuracy_2_even": ("accuracy", (0.5, 0.5), USUAL),
    "accuracy_few_errors": ("accuracy", (0.5, 0.5), HIGH),
    "macro_f1_4_uneven": ("macro_f1", (0.5, 0.3, 0.15, 0.05), USUAL),
    "macro_f1_20_even": ("macro_f1", (0.05,) * 20, USUAL),
    "roc_auc_30_percent": ("roc_auc", (0.7, 0.3), USUAL),
    "roc_auc_10_percent": ("roc_auc", (0.9, 0.1), USUAL),
}
SIMULATIONS = {200: 1000, 500: 500, 2000: 300}
TRUE_ROWS = 1_000_000
# The percentile bootstrap, for comparison, where it is cheap and where the rows are fewest.
RESAMPLES, MOST_ROWS_RESAMPLED, MOST_RESAMPLED = 300, 200, 500


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    cells = Cells(folder=RESULTS / "coverage", again=asked.again)
    measured = []
    for rows in asked.rows:
        for case in asked.cases:
            for duplicated in (False, True):
                settings = {
                    "case": case,
                    "rows": rows,
                    "duplicated": duplicated,
                    "simulations": asked.simulations or SIMULATIONS.get(rows, 300),
                    "accuracies": CASES[case][2],
                }
                name = f"{case}_{rows}{'_groups' if duplicated else ''}"
                result = cells.get(name, settings, lambda chosen=settings: _measure(chosen))
                measured.append({**settings, **result})
    save(
        RESULTS / "coverage.json",
        {"command": command(), "date": today(), "machine": machine(), "cases": measured},
    )
    for each in measured:
        print(_line(each))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--simulations", type=int, help="of each case; fewer of larger ones without it")
    parser.add_argument("--rows", nargs="+", type=int, default=tuple(SIMULATIONS))
    parser.add_argument("--cases", nargs="+", choices=tuple(CASES), default=tuple(CASES))
    parser.add_argument("--again", action="store_true", help="measure once more what is already saved")
    return parser.parse_args()


def _measure(settings: dict[str, Any]) -> dict[str, Any]:
    metric_name, shares, accuracies = CASES[settings["case"]]
    metric = registry.build("metrics", metric_name, {})
    truth = _true_differences(metric, World(shares=shares, accuracies=accuracies))
    world = World(shares=shares, accuracies=accuracies, duplicated=settings["duplicated"])
    held, adapted, percentile = [], [], []
    for seed in range(settings["simulations"]):
        drawn = draw(world, settings["rows"], np.random.default_rng([seed, settings["rows"]]))
        compared = _comparisons(metric, drawn, seed)
        held.append([each.low <= true <= each.high for each, true in zip(compared, truth, strict=True)])
        adapted.append(all(each.low > 0 for each in compared))
        if settings["rows"] <= MOST_ROWS_RESAMPLED and seed < MOST_RESAMPLED:
            percentile.append(_percentile_holds(metric, drawn, truth[0], seed))
    return {
        "simultaneous": float(np.mean([all(each) for each in held])),
        "each": dict(zip(BASELINES, np.mean(held, axis=0).tolist(), strict=True)),
        "wrong_adapt": float(np.mean(adapted)),
        "one_percentile_bootstrap": float(np.mean(percentile)) if percentile else None,
        "monte_carlo_error": float(np.sqrt(0.95 * 0.05 / len(held))),
    }


def _comparisons(metric: Metric, drawn: Drawn, seed: int) -> list[Comparison]:
    found = evaluate(
        metric_name=registry.name_of(metric),
        metric=metric,
        gold=drawn.gold,
        predictions=dict(zip((WINNER, *BASELINES), drawn.predictions, strict=True)),
        groups=drawn.groups,
        not_measured={},
        seed=seed,
    )
    return [found.comparisons[name] for name in BASELINES]


def _true_differences(metric: Metric, world: World) -> list[float]:
    drawn = draw(world, TRUE_ROWS, np.random.default_rng(1))
    values = [metric.value(metric.stats(drawn.gold, each)) for each in drawn.predictions]
    # Winner and first baseline are drawn alike, and differ here by chance alone.
    return [0.0, *(values[0] - value for value in values[2:])]


def _percentile_holds(metric: Metric, drawn: Drawn, true: float, seed: int) -> bool:
    """The usual percentile bootstrap of one comparison, groups drawn whole."""
    ours, theirs = (metric.stats(drawn.gold, each) for each in drawn.predictions[:2])
    members = np.split(np.arange(len(drawn.groups)), np.flatnonzero(np.diff(drawn.groups)) + 1)
    rng = np.random.default_rng(seed)
    differences = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([members[each] for each in rng.integers(0, len(members), len(members))])
        differences.append(metric.value(ours[rows]) - metric.value(theirs[rows]))
    low, high = np.percentile(differences, [2.5, 97.5])
    return bool(low <= true <= high)


def _line(cell: dict[str, Any]) -> str:
    kind = "groups" if cell["duplicated"] else "rows  "
    each = " ".join(f"{name} {held:.3f}" for name, held in cell["each"].items())
    usual = cell["one_percentile_bootstrap"]
    beside = "" if usual is None else f", percentile bootstrap of equal {usual:.3f}"
    return (
        f"{cell['case']:20} {cell['rows']:5} {kind} simultaneous {cell['simultaneous']:.3f} ({each})"
        f"{beside}; wrong adapt {cell['wrong_adapt']:.3f}"
    )


if __name__ == "__main__":
    main()
