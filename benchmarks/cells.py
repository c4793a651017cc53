"""Measurements that are saved one by one, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.common import machine, save, today

if TYPE_CHECKING:
    from pathlib import Path

Measure = Callable[[], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A folder of finished measurements, one JSON file each.

    Args:
        folder: where they lie.
        again: whether to measure what is already there once more.
    """

    folder: Path
    again: bool = False

    def get(self, name: str, settings: dict[str, Any], measure: Measure) -> dict[str, Any]:
        """Give the saved result of `name`, or measure and save it.

        Args:
            name: names the file.
            settings: all that decides the result; a saved one with other settings is measured again.
            measure: does the work.
        """
        path = self.folder / f"{name}.json"
        settings = json.loads(json.dumps(settings))  # tuples become lists, as in the file
        saved = None if self.again else _read(path)
        if saved and saved["settings"] == settings:
            return dict(saved["result"])
        start = time.perf_counter()
        result = measure()
        seconds = round(time.perf_counter() - start, 1)
        ran = {"date": today(), "wall_s": seconds, "load_average": os.getloadavg()[0], "machine": machine()}
        save(path, {"name": name, "settings": settings, "result": result, "ran": ran})
        print(f"{name}: {_brief(result)} ({seconds:.0f} s)", flush=True)
        return result


def _read(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text()) if path.exists() else None


def _brief(result: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value:.4f}" for key, value in result.items() if isinstance(value, float))
