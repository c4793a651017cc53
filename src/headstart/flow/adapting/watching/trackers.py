"""The trackers of experiments that the settings ask for."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from headstart.flow.adapting.watching.background import Background
from headstart.flow.adapting.watching.mlflow import Mlflow, check_mlflow
from headstart.flow.adapting.watching.tensorboard import Tensorboard, check_tensorboard

if TYPE_CHECKING:
    from collections.abc import Callable

    from headstart.config import Settings
    from headstart.flow.adapting.watching.watcher import Watcher

# What slow servers may take of the end of a run, and one that has nothing left to do after a slow one.
LONGEST_WAIT_S, SHORTEST_WAIT_S, LAST_WAIT_S = 20.0, 0.9, 0.1


@dataclass(kw_only=True)
class Patience:
    """How long the end of a run may wait for all its trackers together.

    Args:
        left_s: tells the seconds left.
    """

    left_s: Callable[[], float]
    _until_s: float | None = None

    def for_one_s(self) -> float:
        """Seconds for the tracker that is waited for now; what others took is gone."""
        if self._until_s is None:
            self._until_s = time.monotonic() + min(LONGEST_WAIT_S, max(SHORTEST_WAIT_S, self.left_s()))
        return max(LAST_WAIT_S, self._until_s - time.monotonic())


def check_trackers(settings: Settings) -> None:
    """Looks whether what the settings ask for can be written to, before any work is done.

    Raises:
        MissingExtra: a package for it is not installed.
    """
    if settings.tensorboard is not None:
        check_tensorboard()
    if settings.mlflow is not None:
        check_mlflow()


def trackers(settings: Settings, *, run: str, left_s: Callable[[], float]) -> tuple[Watcher, ...]:
    """Those the settings ask for, each at work in a thread of its own.

    Args:
        settings: what the person said.
        run: name of the run.
        left_s: tells the seconds left.
    """
    patience_s = Patience(left_s=left_s).for_one_s
    found: list[Watcher] = []
    if settings.tensorboard is not None:
        make = partial(Tensorboard, folder=settings.tensorboard, run=run)
        found.append(Background(called=Tensorboard.name, make=make, patience_s=patience_s))
    if settings.mlflow is not None:
        found.append(
            Background(
                called=Mlflow.name,
                make=partial(Mlflow, where=settings.mlflow, run=run),
                patience_s=patience_s,
            )
        )
    return tuple(found)
