"""All searches at equal cost on real trainings: a head on vectors of the frozen base, five data sets.

python -m benchmarks.cases.search_comparison --data DATA           # what is missing, then the table
python -m benchmarks.cases.search_comparison --data DATA --systems tpe random --seeds 0 1 2
python -m benchmarks.cases.search_comparison --summary
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from benchmarks.cells import Cells
from benchmarks.common import RESULTS, keep_to
from benchmarks.head_objective import SPACE, HeadObjective, Vectors, vectors_of
from benchmarks.options import CellOptions
from benchmarks.search_comparison_table import summarise
from headstart import registry
from headstart.core.search import Proposal, Tried
from headstart.search._known import portfolio

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

SETS = ("sst2", "tweeteval_emotion", "banking77", "customer_reviews", "ag_news")
# Full trainings that each search may spend, and settings of which portfolios are made.
BUDGET, POOL, POOL_SEED = 24, 24, 1000
SYSTEMS: dict[str, tuple[str, dict[str, Any]]] = {
    "random": ("random", {}),
    "grid": ("grid", {}),
    "tpe": ("tpe", {}),
    "cma_es": ("cma_es", {}),
    "differential_evolution": ("differential_evolution", {}),
    "population": ("population", {"members": BUDGET, "steps": 4}),
    "local": ("local", {}),
    "portfolio": ("portfolio", {"then": "local"}),
    "portfolio_tpe": ("portfolio", {"then": "tpe"}),
}


def main() -> None:
    """Measure what is missing and print the table."""
    asked = _arguments()
    keep_to(asked.cores)
    torch.set_num_threads(1)
    bench = _Bench(data=asked.data, cells=Cells(folder=RESULTS / "search_comparison", again=asked.again))
    # One seed after the other, so that what there is time for is whole.
    for seed in () if asked.summary else asked.seeds:
        for name in asked.sets:
            for system in asked.systems:
                bench.measure(system, name, seed)
    summarise(bench.cells.folder, into=RESULTS / "search_comparison.json", systems=asked.systems)


@dataclass(frozen=True, kw_only=True)
class _Bench:
    """The sets, and what has been measured on them."""

    data: Path
    cells: Cells

    @cached_property
    def vectors(self) -> dict[str, Vectors]:
        """The rows of every set."""
        return {name: vectors_of(self.data, name) for name in SETS}

    @cached_property
    def pool(self) -> dict[str, Any]:
        """Scores on dev of the same random settings on every set, the defaults first."""
        return self.cells.get("pool", {"settings": POOL, "seed": POOL_SEED, **self._rows()}, self._pool)

    def measure(self, system: str, name: str, seed: int) -> None:
        """One search on one set."""
        use, params = SYSTEMS[system]
        told = {"system": system, "search": use, "params": params, "set": name, "seed": seed}
        told |= {"budget": BUDGET, **self._rows()}
        if use == "portfolio":
            # Chosen on the other sets, as a shipped one is.
            params = {**params, "settings": self._known_without(name)}
        search = registry.build("search", use, params)
        self.cells.get(
            f"{name}.{system}.seed{seed}", told, lambda: searched(search, self.vectors[name], seed)
        )

    def _rows(self) -> dict[str, Any]:
        return {"rows_sha256": {name: self.vectors[name].sha256 for name in SETS}}

    def _known_without(self, name: str) -> tuple[dict[str, Any], ...]:
        scores = np.array([self.pool["scores"][each] for each in SETS if each != name]).T
        return tuple(self.pool["settings"][each] for each in portfolio(scores))

    def _pool(self) -> dict[str, Any]:
        settings: list[Tried] = [Tried(params={})]
        draw = registry.build("search", "random", {})
        while len(settings) < POOL:
            settings.append(Tried(params=draw.propose(SPACE, settings, seed=POOL_SEED).params))
        scores = {}
        for name in SETS:
            objective = HeadObjective(vectors=self.vectors[name])
            scores[name] = [objective.run(Proposal(params=each.params), ()) for each in settings]
        return {"settings": [dict(each.params) for each in settings], "scores": scores}


def searched(search: Any, vectors: Vectors, seed: int) -> dict[str, Any]:
    """What a search finds while its budget lasts, after each full training that it has spent.

    Returns:
        best score on dev after 1, 2, ... trainings, and the score on held rows of the best in the end.
    """
    objective, history = HeadObjective(vectors=vectors), list[Tried]()
    spent, best_after = 0.0, [float("nan")] * BUDGET
    best, best_trial = float("nan"), 0
    while True:
        proposal = search.propose(SPACE, history, seed=seed)
        if proposal is None:
            break
        parent = 0.0 if proposal.parent is None else history[proposal.parent].fidelity
        if spent + proposal.fidelity - parent > BUDGET + 1e-9:
            break
        spent += proposal.fidelity - parent
        score = objective.run(proposal, history)
        trial = Tried(params=proposal.params, fidelity=proposal.fidelity, parent=proposal.parent)
        history.append(replace(trial, score=score))
        # Heads that are trained in part count too: they could be shipped as they are.
        if not score <= best:
            best, best_trial = score, len(history) - 1
        for place in range(int(spent + 1e-9) - 1, BUDGET):
            best_after[max(0, place)] = best
    return {
        "dev": best,
        "held": objective.score(best_trial, vectors.held),
        "best_after": [round(each, 5) for each in best_after],
        "trials": len(history),
        "best_params": dict(history[best_trial].params),
    }


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__, cores=1)
    options.several("--sets", SETS)
    options.add_argument(
        "--systems", nargs="+", choices=tuple(SYSTEMS), default=tuple(SYSTEMS), help="measured and shown"
    )
    options.numbers("--seeds", range(5))
    return options.asked()


if __name__ == "__main__":
    main()
