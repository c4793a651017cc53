"""A random half of the training rows, and a half of that half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.data.hold_out import Pool, hold_out

if TYPE_CHECKING:
    from headstart.core.rows import Rows
    from headstart.core.task import Task

# Roles of fits on fewer rows, and how long such a fit takes: half the rows take half the time, apart from
# what a fit does once.
SHARES = {"half": 0.6, "quarter": 0.4}
# What doubling the rows brings can't be told from a "half" beyond these shares.
LEAST, MOST = 0.4, 0.6


def shares_of(rows: Rows, task: Task, *, seed: int) -> dict[str, Rows]:
    """Half of the rows and, within it, a quarter of them, by role; as far as they can be halved.

    Args:
        rows: training rows.
        task: tells their classes.
        seed: decides which rows stay.
    """
    found: dict[str, Rows] = {}
    for role in SHARES:
        left = half_of(rows, task, seed=seed)
        if left is None:
            break
        found[role] = rows = left
    return found


def half_of(rows: Rows, task: Task, *, seed: int) -> Rows | None:
    """Half of the rows in whole clusters, each class halved alike and none lost.

    Args:
        rows: training rows.
        task: says which shares are kept.
        seed: decides which rows stay.

    Returns:
        the rows that stay, in order; None where classes or clusters leave no way to halve them.
    """
    _, clusters = np.unique(rows.groups, return_inverse=True)
    rank = np.random.default_rng(seed).permutation(int(clusters.max()) + 1)
    away = hold_out(Pool(clusters=clusters, labels=task.strata(rows), rank=rank), 0.5, stratified=True)
    return rows.take(~away) if LEAST <= 1 - away.mean() <= MOST else None
