"""What this computer can do, and what is missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from headstart.core.machine import Machine

# On a shared computer one moment may be a bad one.
ROUNDS = 3
PACKAGES = ("headstart", "torch", "transformers", "tokenizers", "peft", "scikit-learn", "polars")
LITTLE_BYTES = 4e9


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A computer as adaptations will find it.

    Args:
        machine: device, cores, memory and rates.
        free_memory_bytes: memory that is free now.
        free_disk_bytes: space on the disk of the cache.
        cache: folder of the caches.
        cache_bytes: size of the kept features and states.
        bound_bytes: size they may have.
        base: the base that needs no network.
        versions: packages that matter, with their versions.
        predictions: by strategy, fits in the local history and the median errors of their predicted
            seconds and bytes.
        advice: what to mend, in plain words.
    """

    machine: Machine
    free_memory_bytes: int
    free_disk_bytes: int
    cache: str
    cache_bytes: int
    bound_bytes: int
    base: str
    versions: Mapping[str, str]
    predictions: Mapping[str, tuple[int, float, float]]
    advice: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The findings as plain values."""
        named = {
            name: {"fits": fits, "seconds_error": seconds, "bytes_error": peak_bytes}
            for name, (fits, seconds, peak_bytes) in self.predictions.items()
        }
        return {**asdict(self), "predictions": named}

    def render(self, console: Console) -> None:
        """Shows the findings, and last what to mend."""
        from headstart.flow.examining.show import show

        show(console, self)


def doctor() -> Examined:
    """Measure this computer, keep the result, and say what is missing.

    Returns:
        The findings.

    Raises:
        WorkerError: this computer can't so much as multiply matrices.
    """
    import tempfile

    import psutil

    from headstart.config import cache_folder
    from headstart.core.deadline import Deadline
    from headstart.flow.adapting.run import LIBRARIES, measured
    from headstart.flow.adapting.threads import threads
    from headstart.models.cache import Cache
    from headstart.planning.history import CostHistory
    from headstart.race.worker import Worker
    from headstart.train.work import free_bytes

    worker = Worker(threads=threads(), tick=lambda: None)
    worker.start(*LIBRARIES[:1])
    try:
        with tempfile.TemporaryDirectory() as work:
            machine = [measured(worker, Path(work), Deadline()) for _ in range(ROUNDS)][-1]
    finally:
        worker.stop()
    folder = cache_folder()
    kept = Cache.within(folder / "features")
    free_memory, free_disk = int(psutil.virtual_memory().available), int(free_bytes(folder))
    base, fault = _base()
    return Examined(
        machine=machine,
        free_memory_bytes=free_memory,
        free_disk_bytes=free_disk,
        cache=str(folder),
        cache_bytes=kept.size_bytes,
        bound_bytes=kept.bound_bytes,
        base=base,
        versions=_versions(),
        predictions=CostHistory.read(folder, machine).errors(),
        advice=tuple(
            each for each in (fault, _unwritable(folder), *_shortages(folder, free_memory, free_disk)) if each
        ),
    )


def _base() -> tuple[str, str]:
    """The embedded base in words, and what is wrong with it."""
    from headstart.errors import UseError
    from headstart.models.catalogue import catalogue
    from headstart.models.locate import locate
    from headstart.models.pinned import check_pinned

    name, entry = next(iter(catalogue().items()))
    try:
        check_pinned(name, locate(name).folder)
    except UseError as error:
        return f"{name}: not usable", str(error)
    return f"{name} ({entry.model}), {entry.parameters / 1e6:.1f} million weights as pinned", ""


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def _unwritable(folder: Path) -> str:
    """That nothing can be kept in a folder, with what to do; empty where something can."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return (
            f"{folder} can't be written ({error.strerror}), so that neither features nor what this computer "
            "can do and what fits cost are kept: set HEADSTART_CACHE to a folder that you may write"
        )


def _shortages(folder: object, free_memory: int, free_disk: int) -> list[str]:
    from headstart.wording import size

    found = []
    if free_memory < LITTLE_BYTES:
        found.append(
            f"{size(free_memory)} of memory are free; full fine-tuning of a small base takes about 2 GB: "
            "close other programs"
        )
    if free_disk < LITTLE_BYTES:
        found.append(
            f"{size(free_disk)} are free on the disk of {folder}; a run leaves about 100 MB for each model "
            "it ships or fits: make room, or set HEADSTART_CACHE to a folder on another disk"
        )
    return found
