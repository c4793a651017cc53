"""The job of a worker: measure the machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.models.machine import measure_machine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.context import Progress


def measure(request: Mapping[str, Any], progress: Progress) -> None:
    """Leaves the machine's figures as JSON at `request["out"]`."""
    machine = measure_machine(Path(request["cache"]))
    Path(request["out"]).write_text(json.dumps(asdict(machine)))
    progress(1.0, "measured")
