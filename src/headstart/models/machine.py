"""What this computer can do, as far as it has been seen."""

from __future__ import annotations

import json
import os
import platform
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from headstart.core.machine import Machine
from headstart.models.device import best_device

if TYPE_CHECKING:
    import torch

ROWS, WIDTH, INNER = 2048, 384, 1536
# On a shared computer a core may be slow for a moment; the best of many products says what it can do.
SECONDS_EACH, FEWEST_PRODUCTS = 0.25, 20
# A processor that has to imitate a precision takes seconds for one product: fewer rows say that, too.
FEW_ROWS, FEW_ROWS_SECONDS, FIRST_PRODUCTS, MOST_SECONDS_EACH = ROWS // 16, 0.05, 3, 1.0
PRECISIONS = ("float32", "bfloat16")
CONTROL_GROUP = Path("/sys/fs/cgroup")
# What is not much faster in bfloat16 is better left in float32.
WORTHWHILE = 1.2


def measure_machine(cache: Path) -> Machine:
    """The machine, measured in half a second to some seconds, at the best rates that were ever seen.

    A computer that is busy, or shared, is slower for a while; what it can do is what costs are
    predicted from, and what they turn out to be corrects the predictions.

    Args:
        cache: folder in which the rates are kept.
    """
    device = best_device()
    path = cache / f"machine-{_setting(device)}.json"
    kept = _kept(path)
    rates = {name: max(rate, kept.get(name, 0.0)) for name, rate in _rates(device).items()}
    machine = _machine(device, rates)
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = cache / f"machine-{uuid.uuid4().hex}.unfinished"
        unfinished.write_text(json.dumps(rates), encoding="utf-8")
        unfinished.replace(path)
    return machine


def known_machine(cache: Path) -> Machine:
    """The machine at the rates that are kept, measured only where none are.

    Args:
        cache: folder in which the rates are kept.
    """
    device = best_device()
    kept = _kept(cache / f"machine-{_setting(device)}.json")
    return _machine(device, kept) if kept.keys() >= set(PRECISIONS) else measure_machine(cache)


def _setting(device: str) -> str:
    """What the measurement depends on: host, versions, threads, device."""
    import hashlib

    import torch

    named = torch.cuda.get_device_name() if device == "cuda" else device
    parts = (platform.node(), platform.machine(), torch.__version__, torch.get_num_threads(), _cores(), named)
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _kept(path: Path) -> dict[str, float]:
    with suppress(OSError, ValueError, TypeError, AttributeError):
        return {name: float(rate) for name, rate in json.loads(path.read_text(encoding="utf-8")).items()}
    return {}


def _rates(device: str) -> dict[str, float]:
    import torch

    return {name: _rate(device, getattr(torch, name)) for name in PRECISIONS}


def _machine(device: str, rates: dict[str, float]) -> Machine:
    import psutil
    import torch

    memory = min([int(psutil.virtual_memory().total), *_limits()])
    precision = "bfloat16" if rates["bfloat16"] > WORTHWHILE * rates["float32"] else "float32"
    on_device = int(torch.cuda.get_device_properties(0).total_memory) if device == "cuda" else memory
    return Machine(
        device=device,
        cores=_cores(),
        memory_bytes=memory,
        device_memory_bytes=on_device,
        precision=precision,
        flops=rates[precision],
        rates=rates,
    )


def _limits(group: Path = CONTROL_GROUP) -> tuple[int, ...]:
    """Bytes that this process may use by order of the container it runs in, if there is such an order."""
    found = []
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            found.append(int((group / name).read_text()))
    return tuple(found)


def _cores() -> int:
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, psutil.cpu_count(logical=False) or allowed)


def _rate(device: str, dtype: torch.dtype) -> float:
    """Floating-point operations a second of the feed-forward product of a small encoder."""
    import torch

    left = torch.randn(ROWS, WIDTH, device=device).to(dtype)
    right = torch.randn(WIDTH, INNER, device=device).to(dtype)
    with torch.inference_mode():
        few = left[:FEW_ROWS]
        best = min(_seconds(few, right) for _ in range(FIRST_PRODUCTS))
        read = few if best > FEW_ROWS_SECONDS else left
        best, done, start = float("inf"), 0, time.perf_counter()
        while not _enough(done, time.perf_counter() - start):
            best, done = min(best, _seconds(read, right)), done + 1
    return 2.0 * len(read) * WIDTH * INNER / best


def _enough(products: int, seconds: float) -> bool:
    # On a busy computer the first product alone may take all the time.
    long_enough = products >= FEWEST_PRODUCTS and seconds >= SECONDS_EACH
    return long_enough or (products > 0 and seconds >= MOST_SECONDS_EACH)


def _seconds(left: torch.Tensor, right: torch.Tensor) -> float:
    begun = time.perf_counter()
    _wait_for(left @ right)
    return time.perf_counter() - begun


def _wait_for(product: torch.Tensor) -> float:
    """Reading one value makes an accelerator finish."""
    return float(product[0, 0])
