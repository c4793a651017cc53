"""How long boosted trees take to grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.train.fit_boosted import FOLDS

if TYPE_CHECKING:
    from headstart.core.plan import Situation

NO_COLUMNS = "no columns beside the text; name some with --columns NAME, or --columns all"
# Rounds that sums of trees usually take with early stopping, and seconds of one tree.
ROUNDS, TREE_S, CELL_S = 130.0, 4e-4, 1.2e-8
BYTES_A_CELL = 24.0


def boosting_s(situation: Situation, columns: float) -> float:
    """Seconds to choose the number of rounds by folds and to grow the trees on all rows.

    Args:
        situation: data and machine.
        columns: features that the trees read.
    """
    fits = FOLDS + 1
    tree_s = TREE_S + CELL_S * situation.train_rows * columns
    return 0.5 + fits * ROUNDS * sums_of(situation) * tree_s


def boosting_bytes(situation: Situation, columns: float) -> float:
    """Bytes that the features and their histograms take."""
    return BYTES_A_CELL * (situation.train_rows + situation.predict_rows) * columns


def sums_of(situation: Situation) -> int:
    """Sums of trees: one a class or label, but one for two classes and for a number."""
    classes = len(situation.profile.classes)
    return classes if situation.task.answer == "labels" or classes > 2 else 1
