"""What rows are kept even by when they are parted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.rows import Rows
    from headstart.core.task import Task


def strata(rows: Rows, task: Task) -> Int[ndarray, " rows"]:
    """The class of each row, from 0, or what stands for it where the task has no classes."""
    return np.asarray(task.gold(rows) if task.answer == "class" else task.strata(rows))
