"""What is measured of the Hugging Face `Trainer`: as tutorials set it, and tuned on dev rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sklearn.metrics import accuracy_score, f1_score

from benchmarks.common import embedded_base
from benchmarks.peers.trainer import GRID, TUTORIAL, Recipe, fine_tune

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.cells import Cells
    from benchmarks.subsets import Subset, Texts

DEV_SHARE = 0.2
GRID_SEED = 0


@dataclass(frozen=True, kw_only=True)
class TrainerCells:
    """The peer's measurements on one data set.

    Args:
        cells: where they are saved.
        subset: rows to train and to test on.
        seeds: training seeds.
    """

    cells: Cells
    subset: Subset
    seeds: Sequence[int]

    def tutorial(self) -> None:
        """Three epochs at 2e-5 in batches of 16 on all training rows, once a seed."""
        for seed in self.seeds:
            self._test("trainer_tutorial", TUTORIAL, seed)

    def tutorial_in_float32(self) -> None:
        """The same without bfloat16, to show that the quicker arithmetic costs no quality."""
        for seed in self.seeds:
            self._test("trainer_tutorial_float32", replace(TUTORIAL, precision="float32"), seed)

    def tuned(self) -> None:
        """The grid's best setting on dev rows, refitted on all training rows once a seed.

        The dev rows are a fifth of the training rows, stratified; the grid is run with one seed; the best
        macro-F1 wins, and of equals the one that comes first in the grid.
        """
        train, dev = self.subset.train.halves(DEV_SHARE)
        scores = [self._grid(recipe, train, dev)["macro_f1"] for recipe in GRID]
        best = GRID[scores.index(max(scores))]
        for seed in self.seeds:
            self._test("trainer_tuned", best, seed)

    def _grid(self, recipe: Recipe, train: Texts, dev: Texts) -> dict[str, Any]:
        name = f"{self.subset.name}.trainer_grid.rate{recipe.rate:g}.epochs{recipe.epochs}"
        settings = self._settings("trainer_grid", recipe, GRID_SEED)
        return self.cells.get(name, settings, lambda: _fit_and_score(train, dev, recipe, GRID_SEED))

    def _test(self, system: str, recipe: Recipe, seed: int) -> dict[str, Any]:
        settings = self._settings(system, recipe, seed)
        subset = self.subset
        return self.cells.get(
            f"{subset.name}.{system}.seed{seed}",
            settings,
            lambda: _fit_and_score(subset.train, subset.test, recipe, seed),
        )

    def _settings(self, system: str, recipe: Recipe, seed: int) -> dict[str, Any]:
        return {
            "system": system,
            "set": self.subset.name,
            "rows_sha256": self.subset.sha256,
            "seed": seed,
            "recipe": recipe.to_dict(),
        }


def _fit_and_score(train: Texts, scored: Texts, recipe: Recipe, seed: int) -> dict[str, Any]:
    chosen = fine_tune(train, scored.texts, base=embedded_base(), recipe=recipe, seed=seed)
    return {
        "macro_f1": float(f1_score(scored.labels, chosen, average="macro")),
        "accuracy": float(accuracy_score(scored.labels, chosen)),
        "train_rows": len(train),
        "scored_rows": len(scored),
    }
