"""A cache may lose entries, but never gives a wrong one."""

from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart.errors import SettingError
from headstart.models.cache import BOUND_VARIABLE, Cache

if TYPE_CHECKING:
    from pathlib import Path


def entry(value: float, size: int = 100) -> dict[str, np.ndarray]:
    return {"features": np.full((size, 4), value, dtype=np.float32), "keys": np.arange(size)}


def values(cache: Cache, group: str = "a") -> list[float]:
    return [float(each["features"][0, 0]) for each in cache.group(group)]


def test_what_is_added_comes_back_in_its_group(tmp_path: Path) -> None:
    cache = Cache.within(tmp_path)
    cache.add("a", entry(1.0))
    cache.add("a", entry(2.0))
    cache.add("b", entry(3.0))
    assert values(cache) == [1.0, 2.0]
    assert values(cache, "b") == [3.0]
    assert values(cache, "none") == []
    assert next(iter(cache.group("a")))["keys"].tolist() == list(range(100))


@pytest.mark.parametrize("damage", ["cut", "empty", "flipped", "longer"])
def test_a_damaged_entry_is_dropped(tmp_path: Path, damage: str) -> None:
    cache = Cache.within(tmp_path)
    cache.add("a", entry(1.0))
    (path,) = (tmp_path / "a").iterdir()
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes(
        {"cut": content[:-7], "empty": b"", "flipped": flipped, "longer": content + b"x"}[damage]
    )
    assert values(cache) == []
    assert not path.exists()


def test_the_least_recently_read_go_first(tmp_path: Path) -> None:
    size = len(b"".join(each.tobytes() for each in entry(0.0).values()))
    cache = Cache(folder=tmp_path, bound_bytes=3 * size)
    for number, group in enumerate("abc"):
        cache.add(group, entry(float(number)))
        for path in (tmp_path / group).glob("*"):
            os.utime(path, (number, number))
    assert values(cache, "a") == []
    assert values(cache, "b") == [1.0]
    for path in (tmp_path / "c").iterdir():
        os.utime(path, (1, 1))
    cache.add("d", entry(3.0))
    assert values(cache, "c") == []
    assert values(cache, "b") == [1.0]
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.features")) <= 3 * size


def test_an_entry_larger_than_the_bound_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path, bound_bytes=100)
    cache.add("a", entry(1.0))
    assert values(cache) == []


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    cache = Cache.within(tmp_path / "taken")
    cache.add("a", entry(1.0))
    assert values(cache) == []


def test_a_folder_that_cannot_be_looked_at_holds_nothing(tmp_path: Path) -> None:
    assert Cache.within(tmp_path / ("x" * 300)).size_bytes == 0


def test_the_environment_bounds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BOUND_VARIABLE, "12345")
    assert Cache.within(tmp_path).bound_bytes == 12345
    monkeypatch.setenv(BOUND_VARIABLE, "10 GB")
    with pytest.raises(SettingError, match="10 GB"):
        Cache.within(tmp_path)


def _fill(folder: Path, value: float) -> None:
    cache = Cache(folder=folder, bound_bytes=20_000)
    for _ in range(20):
        cache.add("a", entry(value))
        for each in cache.group("a"):
            assert each["features"].min() == each["features"].max()


def test_several_processes_share_it(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
    workers = [context.Process(target=_fill, args=(tmp_path, float(number))) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert not list(tmp_path.rglob("*.unfinished"))
