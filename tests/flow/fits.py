"""Fits as a worker makes them, for the tests of what is made of several."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.flow.adapting.fit import fit
from headstart.flow.adapting.handover import write_also, write_rows
from tests.contracts.small_data import small_task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from headstart.core.portion import Portion
    from headstart.core.rows import Rows

METRIC = {"use": "accuracy", "params": {}}
WISH: dict[str, Any] = {"positive": None, "min_precision": None, "costs": None, "abstain_below": None}


def hand_over(root: Path, **parts: Rows) -> None:
    """Lays rows where a run's workers look for them, by the name of their part."""
    for name, rows in parts.items():
        write_rows(rows, root / "work" / f"{name}.parquet")
    write_also({}, root / "work")


def worked(job: Callable[..., None], request: Mapping[str, Any]) -> None:
    """Does a job with a request as it reaches a worker."""
    job(json.loads(json.dumps(request)), _silent)


def fitted(
    root: Path,
    name: str,
    *,
    base: str | None,
    role: str,
    params: Mapping[str, Any],
    portion: Portion,
    **more: Any,
) -> None:
    """One fit of a strategy on the rows of `small_rows`, in `trials/NAME-ROLE` and the fold's number."""
    folder = root / "trials" / key(name, role, portion.fold)
    folder.mkdir(parents=True)
    request = {
        "folder": str(folder),
        "work": str(root / "work"),
        "task": registry.spec(small_task()),
        "base": base,
        "steps": [{"use": name, "params": params}],
        "metric": METRIC,
        "role": role,
        "portion": asdict(portion),
        "seed": 0,
        "rows_seed": 0,
        "device": "cpu",
        "precision": "float32",
        "cache": None,
        "left_s": None,
        "wish": WISH,
        **more,
    }
    worked(fit, request)


def key(name: str, role: str, fold: int = 0) -> str:
    """Name of a fit's folder."""
    return f"{name}-{role}{fold or ''}"


def _silent(fraction: float, note: str = "") -> None:
    assert 0 <= fraction <= 1
