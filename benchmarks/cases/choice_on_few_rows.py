"""What is lost by choosing among strategies on a few dev rows: by score, by what is known, and by both.

python -m benchmarks.cases.choice_on_few_rows
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from statistics import mean
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.few_row_choice import Case
from benchmarks.options import Options
from headstart.planning.quality import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headstart.planning.scores import Reached

DRAWS, SEED, METRIC = 1000, 0, "accuracy"
# How alike fits find rows hard is not known of these; the rules are held to all of it.
ALIKE = (0.3, 0.6, 0.8)
# Of the training rows so many judge; and fewer fits than these leave little to choose.
DEV_SHARE, FEWEST_FITS = 0.2, 4
# Baselines are chosen among by no race.
BASELINES = ("tfidf", "zero_shot")


def main() -> None:
    """Draws dev rows, prints the table and saves it."""
    options = Options(__doc__)
    options.add_argument("--draws", type=int, default=DRAWS)
    draws = options.parse_args().draws
    found = [_measured(name, fits, draws) for name, fits in _sets()]
    told = {"command": command(), "date": today(), "machine": machine(), "draws": draws, "alike": ALIKE}
    rules = list(found[0]["regret"])
    means = {rule: round(mean(each["regret"][rule] for each in found), 2) for rule in rules}
    save(RESULTS / "choice_on_few_rows.json", {**told, "unit": "points", "cases": found, "mean": means})
    table = Table("data set", "rows", "dev rows", "fits", *rules, title="accuracy lost, points")
    for each in found:
        cells = (each["set"], *(str(each[name]) for name in ("rows", "dev_rows", "fits")))
        table.add_row(*cells, *(f"{each['regret'][rule]:.1f}" for rule in rules))
    table.add_row("mean", "", "", "", *(f"{means[rule]:.2f}" for rule in rules))
    Console(width=110).print(table)


def _sets() -> Iterator[tuple[str, list[Reached]]]:
    """Data sets and sizes of which several strategies are measured."""
    model = shipped(METRIC)
    assert model is not None
    fits = defaultdict[tuple[str, int], list["Reached"]](list)
    for each in model.reached:
        if each.strategy not in BASELINES:
            fits[each.data, each.rows].append(each)
    for (name, _), some in sorted(fits.items(), key=lambda each: (each[0][1], each[0][0])):
        if len(some) >= FEWEST_FITS:
            yield name, some


def _measured(name: str, fits: list[Reached], draws: int) -> dict[str, Any]:
    model = shipped(METRIC)
    assert model is not None
    elsewhere = replace(model, reached=tuple(each for each in model.reached if each.data != name))
    dev_rows = max(FEWEST_FITS, int(DEV_SHARE * fits[0].rows))
    losses = defaultdict[str, list[float]](list)
    for alike in ALIKE:
        case = Case(model=elsewhere, fits=fits, dev_rows=dev_rows, alike=alike)
        for rule, lost in case.regrets(draws, seed=SEED).items():
            losses[rule].append(float(lost.mean()))
    regret = {rule: round(100 * mean(lost), 2) for rule, lost in losses.items()}
    return {"set": name, "rows": fits[0].rows, "dev_rows": dev_rows, "fits": len(fits), "regret": regret}


if __name__ == "__main__":
    main()
