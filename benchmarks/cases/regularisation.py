"""What regularisation is worth on few rows, whether it can be told beforehand, and what quality to expect.

python -m benchmarks.cases.regularisation --data DATA              # what is missing, then tables and data
python -m benchmarks.cases.regularisation --data DATA --parts strength --draws 0
python -m benchmarks.cases.regularisation --summary            # tables, and the data that the package ships
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.cells import Cells
from benchmarks.common import RESULTS
from benchmarks.fit_within import fit_within, traits
from benchmarks.options import CellOptions
from benchmarks.quality_table import summarise as summarise_quality
from benchmarks.regularisation_table import summarise as summarise_regularisation
from benchmarks.subsets import Subset, draw_within

if TYPE_CHECKING:
    import argparse

# The sets that defaults may be tuned on, the quickest cells first; banking77 has 77 classes, and 16 rows of
# each take as long as all the others together.
SHORT = ("sst2", "customer_reviews", "tweeteval_emotion")
CELLS = (
    *((name, "16 a class") for name in SHORT),
    *((name, "64 a class") for name in SHORT),
    *(("ag_news", size) for size in ("16 a class", "64 a class")),
    *((name, "500 rows") for name in ("banking77", *SHORT)),
)
SIZES = ("16 a class", "64 a class", "500 rows")
REGULARISED = "full"
SETTINGS: dict[str, dict[str, float]] = {
    "default": {},
    "weight decay": {"weight_decay": 1.0},
    "L2-SP": {"l2_sp": 100.0},
    "mixout": {"mixout": 0.7},
    "label smoothing": {"label_smoothing": 0.1},
}
STRATEGIES = {
    "quality": ("tfidf", "zero_shot", "probe", "few_shot"),
    "trained": ("partial", "contrastive", "lora", "gradual"),
}
PARTS = ("quality", "strength", "trained")
# Rows a class up to which contrastive tuning is planned.
MOST_ROWS = 64


def main() -> None:
    """Measure what is missing, and say what it comes to."""
    asked = _arguments()
    cells = Cells(folder=RESULTS / "regularisation", again=asked.again)
    for draw in () if asked.summary else asked.draws:
        for part in asked.parts:
            for name, size in (each for each in CELLS if each[1] in asked.sizes):
                _measure(cells, draw_within(asked.data, name, size=size, seed=draw), size, draw, part)
    summarise_regularisation(cells.folder, into=RESULTS / "regularisation.json")
    summarise_quality(RESULTS, into=RESULTS / "quality.json")


def _measure(cells: Cells, subset: Subset, size: str, draw: int, part: str) -> None:
    fits: list[tuple[str, str, dict[str, Any]]] = (
        [(REGULARISED, name, params) for name, params in SETTINGS.items()]
        if part == "strength"
        else [(strategy, "default", {}) for strategy in STRATEGIES[part] if _fits(strategy, subset)]
    )
    told = None
    for strategy, setting, params in fits:
        told = told or traits(subset)
        settings = {"set": subset.name, "size": size, "draw": draw, "strategy": strategy, "params": params}
        settings |= {"setting": setting, "traits": told, "rows_sha256": subset.sha256}
        place = ".".join((subset.name, size, strategy, setting, f"draw{draw}")).replace(" ", "_")
        cells.get(place, settings, partial(fit_within, subset, strategy, params, seed=draw))


def _fits(strategy: str, subset: Subset) -> bool:
    """Contrastive tuning is for few rows a class; zero-shot is for words."""
    labels = set(subset.train.labels)
    if strategy == "zero_shot":
        return not all(label.isdigit() for label in labels)
    return strategy != "contrastive" or len(subset.train) / len(labels) <= MOST_ROWS


def _arguments() -> argparse.Namespace:
    options = CellOptions(__doc__, cores=None)
    options.several("--parts", PARTS)
    options.several("--sizes", SIZES)
    options.numbers("--draws", (0, 1))
    return options.asked()


if __name__ == "__main__":
    main()
