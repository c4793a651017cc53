"""The library of boosted trees, where it is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from headstart.errors import MissingExtra

PACKAGE, EXTRA = "lightgbm", "tables"


def lightgbm_reasons() -> tuple[str, ...]:
    """Why trees can't be grown here, in plain words; empty where they can."""
    if find_spec(PACKAGE) is not None:
        return ()
    return (str(MissingExtra(PACKAGE, EXTRA)),)


def lightgbm() -> Any:
    """The library.

    Raises:
        MissingExtra: it is not installed, or lacks a library of the system.
    """
    try:
        return import_module(PACKAGE)
    except (ImportError, OSError) as error:
        raise MissingExtra(PACKAGE, EXTRA) from error
