"""Gradient-boosted trees whose number chooses itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.context import Progress, silent
from headstart.models.boosted import CLASS, LABELS, Boosted
from headstart.models.lightgbm_there import lightgbm
from headstart.train.folds import stratified_folds

if TYPE_CHECKING:
    from jaxtyping import Float, Int, Shaped
    from numpy import ndarray

FOLDS, MOST_ROUNDS, PATIENCE = 3, 400, 30
# Rounds where there is no time, or too little data, to choose them.
USUAL_ROUNDS, FEWEST_CLUSTERS = 60, 30
# Cells up to which one thread is as quick as several, and far quicker on a busy machine.
FEW_CELLS = 1_000_000
# All rows are more than those of a fold.
FURTHER = 1.1


@dataclass(frozen=True, kw_only=True)
class BoostWish:
    """How trees are to be grown.

    Args:
        answer: a `class`, any number of `labels`, or a `number`.
        classes: names of the classes or labels; empty for a number.
        categorical: places of the features that are categories.
        rounds: trees of each sum; chosen by folds without it.
        leaves: leaves of a tree at most.
        learning_rate: what each tree counts.
        least_rows: rows of a leaf at least.
        share: share of the features that a tree sees.
        seed: owns all randomness.
        hurried: whether there is no time to choose anything.
    """

    answer: str
    classes: tuple[str, ...] = ()
    categorical: tuple[int, ...] = ()
    rounds: int | None = None
    leaves: int = 15
    learning_rate: float = 0.05
    least_rows: int = 10
    share: float = 0.8
    seed: int = 0
    hurried: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Grown:
    """Trees and how many of them there are in each sum."""

    boosted: Boosted
    rounds: int


def fit_boosted(
    table: Float[ndarray, "rows features"],
    targets: Shaped[ndarray, "rows *labels"],
    wish: BoostWish,
    *,
    groups: Int[ndarray, " rows"],
    strata: Int[ndarray, " rows"],
    progress: Progress | None = None,
) -> Grown:
    """Boosting of trees on histograms (Ke et al. 2017), stopped where held-out folds are predicted best.

    The number of rounds is the mean of what each of three folds, clusters kept whole, stops at; then all
    rows are fitted with it.

    Args:
        table: features, not a number where missing; categories by their place.
        targets: class from 0, number, or 0 and 1 for each label.
        wish: how.
        groups: cluster of each row.
        strata: what folds are kept even by, from 0.
        progress: called with the share that is done.

    Raises:
        MissingExtra: LightGBM is not installed.
    """
    report = progress or silent
    columns = list(np.ascontiguousarray(targets.T)) if wish.answer == LABELS else [targets]
    rounds = wish.rounds
    if rounds is None and (wish.hurried or len(np.unique(groups)) < FEWEST_CLUSTERS):
        rounds = USUAL_ROUNDS
    elif rounds is None:
        fold = stratified_folds(strata, groups, folds=FOLDS, seed=wish.seed)
        found = []
        for each in range(FOLDS):
            found += [_stopped(table, column, wish, away=fold == each) for column in columns]
            report((each + 1) / (FOLDS + 1), "growing trees")
        rounds = max(1, round(FURTHER * float(np.mean(found))))
    boosters = tuple(_trained(table, column, wish, rounds) for column in columns)
    report(1.0, "growing trees")
    return Grown(boosted=Boosted(boosters=boosters, answer=wish.answer, classes=wish.classes), rounds=rounds)


def _trained(
    table: Float[ndarray, "rows features"], targets: Shaped[ndarray, " rows"], wish: BoostWish, rounds: int
) -> Any:
    return lightgbm().train(_params(wish, table), _data(table, targets, wish), num_boost_round=rounds)


def _stopped(
    table: Float[ndarray, "rows features"],
    targets: Shaped[ndarray, " rows"],
    wish: BoostWish,
    *,
    away: Shaped[ndarray, " rows"],
) -> int:
    """Rounds after which the rows of a fold are predicted best by trees that have not seen them."""
    library = lightgbm()
    data = _data(table[~away], targets[~away], wish)
    held = _data(table[away], targets[away], wish, like=data)
    booster = library.train(
        _params(wish, table),
        data,
        num_boost_round=MOST_ROUNDS,
        valid_sets=[held],
        callbacks=[library.early_stopping(PATIENCE, verbose=False)],
    )
    return int(booster.best_iteration or MOST_ROUNDS)


def _data(
    table: Float[ndarray, "rows features"],
    targets: Shaped[ndarray, " rows"],
    wish: BoostWish,
    *,
    like: Any = None,
) -> Any:
    return lightgbm().Dataset(
        table,
        label=targets,
        categorical_feature=list(wish.categorical),
        reference=like,
        params={"verbosity": -1, "feature_pre_filter": False},
    )


def _params(wish: BoostWish, table: Float[ndarray, "rows features"]) -> dict[str, Any]:
    several = wish.answer == CLASS and len(wish.classes) > 2
    objective = "regression"
    if wish.answer in (CLASS, LABELS):
        objective = "multiclass" if several else "binary"
    return {
        "objective": objective,
        **({"num_class": len(wish.classes)} if several else {}),
        "learning_rate": wish.learning_rate,
        "num_leaves": wish.leaves,
        "min_data_in_leaf": wish.least_rows,
        "feature_fraction": wish.share,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        # The usual least of 100 rows a group of categories is made for far more rows than are labelled here.
        "min_data_per_group": wish.least_rows,
        "seed": wish.seed,
        **({"num_threads": 1} if table.size <= FEW_CELLS else {}),
        # The same trees whatever the number of threads.
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
