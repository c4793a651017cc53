"""A study of Optuna made of a history, without a word to the terminal."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from headstart.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna.samplers import BaseSampler
    from optuna.study import Study

EXTRA = "search"


def needed(*packages: str) -> None:
    """Makes sure that packages are there.

    Raises:
        MissingExtra: one of them is not installed.
    """
    for package in packages:
        if find_spec(package) is None:
            raise MissingExtra(package, EXTRA)


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps Optuna's log and its remarks about experimental options from the person's terminal."""
    from optuna import logging

    level = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)


def study(sampler: BaseSampler) -> Study:
    """An empty study in memory, the greatest value being the best."""
    from optuna import create_study

    return create_study(sampler=sampler, direction="maximize")


def sampler_seed(rng: Any) -> int:
    """A seed as samplers take them."""
    return int(rng.integers(2**31 - 1))
