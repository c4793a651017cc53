"""Text, columns, and both: what each strategy makes of tables with text, over draws of the rows.

python -m benchmarks.cases.late_fusion --data DATA
python -m benchmarks.cases.late_fusion --data DATA --cases churn --rows 400 --draws 0
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import torch

from benchmarks.common import RESULTS, command, machine, save, today
from benchmarks.options import Options
from headstart import registry
from headstart.core.context import Context
from headstart.core.model import Model
from headstart.core.split import Split
from headstart.data.features import settled_features
from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.models.describe import describe

if TYPE_CHECKING:
    from headstart.core.rows import Rows

ROWS, DRAWS, TEST_ROWS, THREADS, TOKENS = (400, 1500), (0, 1), 1000, 2, 96
# Each case: text columns, target, task, and columns that are left out.
CASES: dict[str, tuple[tuple[str, ...], str, str, tuple[str, ...]]] = {
    "recommended": (("Review Text",), "Recommended IND", "classification", ("Rating",)),
    "recommended_with_rating": (("Review Text",), "Recommended IND", "classification", ()),
    "department": (("Review Text",), "Department Name", "classification", ("Class Name", "Division Name")),
    "stars": (("Review Text",), "Rating", "regression", ("Recommended IND",)),
    "films": (("title", "genres"), "mean_rating", "regression", ()),
    "churn": (("Contract", "PaymentMethod"), "Churn", "classification", ()),
}
# Each system: its strategy, its parameters, and whether the columns are read in words.
SYSTEMS: dict[str, tuple[str, dict[str, Any], bool]] = {
    "trees": ("trees", {}, False),
    "tfidf, text": ("tfidf", {}, False),
    "tfidf, in words": ("tfidf", {}, True),
    "probe, text": ("probe", {"layer": -1, "pooling": "mean", "max_length": TOKENS}, False),
    "probe, in words": ("probe", {"layer": -1, "pooling": "mean", "max_length": TOKENS}, True),
    "late_fusion, 0": ("late_fusion", {"components": 0, "max_length": TOKENS}, True),
    "late_fusion, 16": ("late_fusion", {"components": 16, "max_length": TOKENS}, True),
    "late_fusion, 64": ("late_fusion", {"components": 64, "max_length": TOKENS}, True),
}


def main() -> None:
    """Fit every system on every draw and write the scores on rows that none has seen."""
    options = Options(__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder with the data sets")
    options.several("--cases", CASES)
    options.numbers("--rows", ROWS, told="training rows")
    options.numbers("--draws", DRAWS)
    options.add_argument("--threads", type=int, default=THREADS)
    asked = options.parse_args()
    torch.set_num_threads(asked.threads)
    path = RESULTS / "late_fusion.json"
    known = json.loads(path.read_text())["cases"] if path.exists() else {}
    about = {"command": command(), "date": today(), "machine": machine()}
    with tempfile.TemporaryDirectory() as folder:
        for case in asked.cases:
            rows = rows_of(asked.data, case)
            for size in asked.rows:
                draws = [measured(rows, case, size, draw, Path(folder)) for draw in asked.draws]
                known[f"{case}.{size}"] = told = {
                    name: _mean([each[name] for each in draws]) for name in draws[0]
                }
                save(path, {**about, "draws": asked.draws, "test_rows": TEST_ROWS, "cases": known})
                print(case, size, {name: each["score"] for name, each in told.items()}, flush=True)


def rows_of(data: Path, case: str) -> Rows:
    """The clean rows of a case with all columns that may be read."""
    text, target, task, ignored = CASES[case]
    frame = {"films": films, "churn": churn}.get(case, clothing)(data)
    options = DataOptions(target=(target,), text=text, ignore=ignored, columns=("all",))
    return load_rows(frame, options, task_name=task).rows


def clothing(data: Path) -> pl.DataFrame:
    """Reviews of clothes; ids of garments are left out."""
    files = [pl.read_csv(data / "womens_clothing" / f"{part}.csv") for part in ("train", "test")]
    frame = pl.concat(files).drop("row_id", "Clothing ID", "Title")
    return frame.filter(
        pl.col("Department Name").is_in(["Tops", "Dresses", "Bottoms", "Intimate", "Jackets"])
    )


def churn(data: Path) -> pl.DataFrame:
    """Customers of a telephone company."""
    return pl.read_csv(data / "telco_churn" / "data.csv", infer_schema=False).drop("customerID")


def films(data: Path) -> pl.DataFrame:
    """Films with four ratings or more, their mean, how many there are, and when the first came."""
    folder = data / "movielens_small"
    ratings = pl.read_csv(folder / "ratings.csv").group_by("movieId")
    means = ratings.agg(
        mean_rating=pl.col("rating").mean() + 0.0001, ratings=pl.len(), first=pl.col("timestamp").min()
    ).filter(pl.col("ratings") >= 4)
    year = pl.col("title").str.extract(r"\((\d{4})\)", 1).cast(pl.Int64)
    return (
        pl.read_csv(folder / "movies.csv")
        .join(means, on="movieId")
        .with_columns(year=year)
        .sort("movieId")
        .drop("movieId")
    )


def measured(rows: Rows, case: str, size: int, draw: int, folder: Path) -> dict[str, dict[str, float]]:
    """Scores and seconds of each system on one draw."""
    order = np.random.default_rng(draw).permutation(len(rows))
    train, test = rows.take(order[:size]), rows.take(order[size : size + TEST_ROWS])
    task = registry.load("tasks", CASES[case][2]).infer(rows)
    found = {}
    for name, (strategy, params, words) in SYSTEMS.items():
        use = "tfidf_ridge" if strategy == "tfidf" and task.answer == "number" else strategy
        reads = words or use == "trees"
        mine, unseen = (train, test) if reads else (train.plain, test.plain)
        features = settled_features(train) if reads else ()
        mine, unseen = (_known(each, features) for each in (mine, unseen))
        started = time.perf_counter()
        model = fitted(use, params, Split(task=task.settled(mine), train=mine, dev=mine.take([])), folder)
        seconds = time.perf_counter() - started
        found[name] = {"score": score(model, unseen), "seconds": seconds}
    return found


def _known(rows: Rows, features: Any) -> Rows:
    from dataclasses import replace

    return replace(rows, columns=replace(rows.columns, features=features))


def fitted(strategy: str, params: dict[str, Any], split: Split, folder: Path) -> Model:
    """A model of the embedded base, or of none."""
    plugin = registry.build("strategies", strategy, params)
    context = Context(
        seed=0,
        device="cpu",
        precision="float32",
        workdir=folder,
        cache=folder / "cache",
        metric=registry.build("metrics", "accuracy" if split.task.classes else "pearson", {}),
    )
    start = Model(task=split.task, predictor=None, base=describe("embedded") if plugin.needs_base else None)
    return list(plugin.adapt(start, split, context))[-1].model


def score(model: Model, rows: Rows) -> float:
    """Macro-F1 of classes, or the coefficient of determination of numbers."""
    from sklearn.metrics import f1_score, r2_score

    gold, found = model.task.gold(rows), model.predict(rows)
    if found.values is not None:
        return float(r2_score(gold, found.values))
    return float(f1_score(gold, found.labels, average="macro"))


def _mean(draws: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(float(np.mean([each[name] for each in draws])), 4) for name in draws[0]}


if __name__ == "__main__":
    main()
