"""Predictions of a bundle from a process that has seen nothing but the bundle.

What is evaluated is what ships: the fresh process opens the folder as a user would, and is handed
rows without their targets.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from headstart.bundle.load import load_model
from headstart.core.predictions import Predictions
from headstart.core.rows import Columns, Rows
from headstart.errors import HeadstartError, OutOfTime, WorkerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from numpy import ndarray

_ROWS, _ROLES, _ANSWER, _ARRAYS = "rows.parquet", "roles.json", "answer.json", "arrays.safetensors"
_LAST_LINES = 15


class FreshRun(NamedTuple):
    """What a fresh process predicted.

    Args:
        predictions: in the order of the rows.
        seconds: time it took to predict, without opening the bundle.
        peak_bytes: peak memory of the process.
    """

    predictions: Predictions
    seconds: float
    peak_bytes: int


def predict_in_fresh_process(
    model_folder: Path,
    rows: Rows,
    *,
    timeout_s: float | None,
    threads: int | None = None,
    workdir: Path | None = None,
) -> FreshRun:
    """Predictions for `rows` by the bundle in `model_folder`, reloaded in a process of its own.

    Args:
        model_folder: the bundle.
        rows: what is predicted.
        timeout_s: seconds that it may take.
        threads: threads for arithmetic; as the environment says without it. Sums that are taken by another
            number of threads are rounded in another order.
        workdir: where the rows are handed over; the system's folder for temporary files without it, which
            may be small.

    Raises:
        WorkerError: the process failed or died.
        OutOfTime: it took longer than `timeout_s`.
    """
    with tempfile.TemporaryDirectory(prefix="headstart-check-", dir=workdir) as name:
        exchange = Path(name).absolute()
        _hand_over(rows, exchange)
        _run(model_folder.absolute(), exchange, timeout_s, threads)
        answer = json.loads((exchange / _ANSWER).read_text(encoding="utf-8"))
        predictions = _received(answer, exchange)
    return FreshRun(predictions=predictions, seconds=answer["seconds"], peak_bytes=answer["peak_bytes"])


def compare(first: Predictions, second: Predictions) -> tuple[float, int]:
    """The greatest difference of a probability, and the number of rows whose answer differs but for it.

    Numbers differ by degrees, as probabilities do: their difference is told in units of their spread, and so
    is that of the scores of a ranking.

    Raises:
        ValueError: they are of different rows or classes.
    """
    if len(first) != len(second) or first.classes != second.classes:
        raise ValueError("predictions of different rows or classes can't be compared")
    if first.values is not None and second.values is not None:
        return _apart(first.values, second.values), 0
    if first.ranked is not None and second.ranked is not None:
        return _apart_in_order(first, second)
    plain = (replace(each, confidence=None).answers for each in (first, second))
    flipped = sum(one != other for one, other in zip(*plain, strict=True))
    if first.confidence is not None and second.confidence is not None:
        return float(np.abs(first.confidence - second.confidence).max(initial=0.0)), flipped
    if first.probabilities is None or second.probabilities is None:
        return 0.0, flipped
    apart = np.abs(first.probabilities - second.probabilities)
    return float(apart.max(initial=0.0)), flipped


def _apart(first: Float[ndarray, " rows"], second: Float[ndarray, " rows"]) -> float:
    spread = max(float(np.std(first)), 1e-9 * float(np.abs(first).max(initial=0.0)), 1e-12)
    return float(np.abs(first - second).max(initial=0.0)) / spread


def _apart_in_order(first: Predictions, second: Predictions) -> tuple[float, int]:
    """The greatest difference of a score, and the rows whose first passage differs.

    Passages that score all but alike may change places further down, and nobody is told anything else.
    """
    assert first.ranked is not None
    assert second.ranked is not None
    assert first.scores is not None
    assert second.scores is not None
    changed = first.ranked[:, :1] != second.ranked[:, :1]
    return _apart(first.scores.ravel(), second.scores.ravel()), int(changed.any(axis=1).sum())


def _hand_over(rows: Rows, exchange: Path) -> None:
    kept = [
        name for name, kind in rows.frame.schema.items() if kind != pl.Object and name != rows.columns.target
    ]
    rows.frame.select(kept).write_parquet(exchange / _ROWS)
    roles = Columns(text=rows.columns.text, features=rows.columns.features)
    (exchange / _ROLES).write_text(json.dumps(asdict(roles)), encoding="utf-8")


def _run(model_folder: Path, exchange: Path, timeout_s: float | None, threads: int | None) -> None:
    # -P: a file of the user's named like a package must not be imported in its stead.
    command = [sys.executable, "-P", "-m", "headstart.bundle.check", str(model_folder), str(exchange)]
    counted = {} if threads is None else {"OMP_NUM_THREADS": str(threads)}
    with (exchange / "stderr").open("w+b") as stderr:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=os.environ | {"HF_HUB_OFFLINE": "1"} | counted,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise OutOfTime(f"the bundle's fresh process did not answer within {timeout_s:.0f} s") from None
        finally:
            _end(process)
        if code != 0:
            stderr.seek(0)
            raise WorkerError(_obituary(code, stderr.read()))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _obituary(code: int, stderr: bytes) -> str:
    end = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
    lines = stderr.decode("utf-8", "replace").strip().splitlines()[-_LAST_LINES:]
    hint = "; most likely memory ran out" if code == -9 else ""
    return f"the bundle's fresh process {end}{hint}" + "".join(f"\n  {line}" for line in lines)


def _received(answer: Mapping[str, Any], exchange: Path) -> Predictions:
    from safetensors.numpy import load_file

    arrays: dict[str, Any] = dict(load_file(exchange / _ARRAYS))
    texts = answer["texts"]
    return Predictions(
        classes=tuple(answer["classes"]),
        texts=None if texts is None else tuple(texts),
        **arrays,
    )


def _work(model_folder: Path, exchange: Path) -> None:
    """The fresh process: opens the bundle, predicts, and leaves its answer in `exchange`."""
    from safetensors.numpy import save_file

    roles = Columns.read(json.loads((exchange / _ROLES).read_text(encoding="utf-8")))
    rows = Rows.of(pl.read_parquet(exchange / _ROWS, glob=False), roles)
    model = load_model(model_folder)
    started = time.perf_counter()
    predictions = model.predict(rows)
    seconds = time.perf_counter() - started
    arrays = {name: np.ascontiguousarray(array) for name, array in predictions.arrays.items()}
    save_file(arrays, exchange / _ARRAYS)
    answer = {
        "classes": predictions.classes,
        "texts": predictions.texts,
        "seconds": seconds,
        "peak_bytes": _peak_bytes(),
    }
    (exchange / _ANSWER).write_text(json.dumps(answer), encoding="utf-8")


def _peak_bytes() -> int:
    # Not getrusage first: on Linux its figure starts from the memory of the process that forked.
    with contextlib.suppress(OSError, StopIteration):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return 1024 * int(next(line for line in status if line.startswith("VmHWM")).split()[1])
    try:
        import resource
    except ImportError:
        import psutil

        return int(getattr(psutil.Process().memory_info(), "peak_wset", 0))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _die_with_owner() -> None:
    """Ends this process when the one that started it is gone, however that one ended."""

    def watch() -> None:
        # Not through sys.stdin: its lock would still be held when the interpreter ends.
        while os.read(0, 4096):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    _die_with_owner()
    try:
        _work(Path(sys.argv[1]), Path(sys.argv[2]))
    except HeadstartError as fault:
        sys.exit(str(fault))
