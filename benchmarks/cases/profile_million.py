"""Seconds and peak memory of `headstart profile` on a million rows of about 100 characters.

python -m benchmarks.cases.profile_million
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import psutil

from benchmarks.common import RESULTS, command, headstart, keep_to, machine, save, today
from benchmarks.options import Options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

ROWS, CHARACTERS = 1_000_000, 105
LIMIT_S, LIMIT_BYTES = 300, 1_500_000_000
VOCABULARY = 50_000
# Word frequencies in natural text fall about as 1 / (rank + 2.7) (Mandelbrot's form of Zipf's law).
ZIPF_SHIFT = 2.7
COPIED, CHANGED = 0.05, 0.03
LABELS = ("billing", "delivery", "fault", "praise", "question", "return")
LABEL_SHARES = (0.35, 0.25, 0.2, 0.1, 0.07, 0.03)
CHUNK_ROWS = 50_000
POLL_S = 0.05


def main() -> None:
    """Write the rows, profile them in a fresh process and keep the figures."""
    asked = _arguments()
    keep_to(asked.cores)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.csv"
        characters = _write(path, asked.rows, asked.seed)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        before = os.times()
        seconds, peak_bytes, answer = _profiled(path)
        after = os.times()
        figures = {
            "rows": asked.rows,
            "mean_characters": round(characters, 1),
            "file_bytes": path.stat().st_size,
            "seconds": round(seconds, 1),
            "cpu_seconds": round(
                after.children_user + after.children_system - before.children_user - before.children_system, 1
            ),
            "load_average_before": None if load is None else round(load, 1),
            "peak_bytes": peak_bytes,
            "limits": {"seconds": LIMIT_S, "peak_bytes": LIMIT_BYTES},
            "kept": seconds <= LIMIT_S and peak_bytes <= LIMIT_BYTES,
            "found": {
                name: answer[name] for name in ("rows", "exact_duplicates", "near_duplicates", "language")
            },
            "planted": {"copied": COPIED, "changed_by_a_word": CHANGED},
            "command": command(),
            "date": today(),
            "machine": machine(),
        }
    if asked.rows == ROWS:
        save(RESULTS / "profile_million.json", figures)
    print(json.dumps(figures, indent=1))


def _arguments() -> argparse.Namespace:
    options = Options(__doc__)
    options.add_argument(
        "--rows", type=int, default=ROWS, help="fewer for a trial; only the full size is kept"
    )
    options.add_argument("--cores", type=int, default=2)
    options.add_argument("--seed", type=int, default=0)
    return options.parse_args()


def _write(path: Path, rows: int, seed: int) -> float:
    """Write rows chunk by chunk; returns the mean length of their texts."""
    characters, chunks = 0, _chunks(rows, np.random.default_rng(seed))
    with path.open("wb") as file:
        for at, chunk in enumerate(chunks):
            characters += int(chunk["text"].str.len_chars().sum())
            chunk.write_csv(file, include_header=at == 0)
    return characters / rows


def _chunks(rows: int, rng: np.random.Generator) -> Iterator[pl.DataFrame]:
    words = _words(rng)
    shares = 1 / (np.arange(VOCABULARY) + ZIPF_SHIFT)
    shares /= shares.sum()
    for start in range(0, rows, CHUNK_ROWS):
        count = min(CHUNK_ROWS, rows - start)
        texts = _texts(count, words, shares, rng)
        labels = rng.choice(LABELS, size=count, p=LABEL_SHARES)
        yield pl.DataFrame({"id": np.arange(start, start + count), "text": texts, "label": labels})


def _texts(count: int, words: np.ndarray, shares: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Sentences of Zipf-distributed words; some repeat an earlier one, some change one word of it."""
    # About 5.3 characters of words and spaces a token bring a sentence to its length.
    drawn = rng.choice(len(words), size=(count, 40), p=shares)
    target = np.clip(rng.normal(CHARACTERS, 25, size=count), 30, 180)
    texts = list[str]()
    for row, length in zip(words[drawn], target, strict=True):
        ends = np.cumsum([len(word) + 1 for word in row])
        texts.append(" ".join(row[: max(4, int(np.searchsorted(ends, length)))]).capitalize() + ".")
    for at in np.flatnonzero(rng.random(count) < COPIED + CHANGED):
        source = texts[int(rng.integers(0, max(1, at)))]
        if rng.random() < CHANGED / (COPIED + CHANGED):
            parts = source.split(" ")
            parts[int(rng.integers(0, len(parts)))] = str(words[int(rng.integers(0, len(words)))])
            source = " ".join(parts)
        texts[at] = source
    return texts


def _words(rng: np.random.Generator) -> np.ndarray:
    """Pronounceable words, frequent ones shorter."""
    onsets = np.array([*"bcdfghjklmnprstvw", "st", "tr", "ch", "sh", "pl", "th", "br"])
    vowels = np.array(["a", "e", "i", "o", "u", "ea", "ou", "ai"])
    found = dict[str, None]()
    while len(found) < VOCABULARY:
        syllables = (
            1 + int(np.log10(len(found) + 10) > 1.8) + int(rng.random() < 0.5) + int(len(found) > 3000)
        )
        word = "".join(str(rng.choice(onsets)) + str(rng.choice(vowels)) for _ in range(syllables))
        found.setdefault(word + str(rng.choice(["", "n", "s", "r", "t", "l"])))
    return np.array(list(found))


def _profiled(path: Path) -> tuple[float, int, dict[str, Any]]:
    """Seconds, peak resident bytes and answer of the real command in a fresh process."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(
            [headstart(), "profile", str(path), "--target", "label", "--json"], stdout=out, stderr=err
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(POLL_S)
        seconds = time.perf_counter() - start
        for each in (out, err):
            each.seek(0)
        if process.returncode:
            raise SystemExit(f"headstart profile ended with {process.returncode}:\n{err.read()[-4000:]}")
        return seconds, peak, json.load(out)


def _resident(pid: int) -> int:
    """The high-water mark of a process's memory, or its present size where the system keeps none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        lines = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        return int(lines[0]) * 1024 if lines else 0
    except OSError:
        pass
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


if __name__ == "__main__":
    main()
