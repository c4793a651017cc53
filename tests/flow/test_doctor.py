"""The verb `doctor` measures this computer, keeps what it found and names what is missing."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from headstart.config import cache_folder
from headstart.core.plan import Candidate, Cost, Step
from headstart.flow import doctor as module
from headstart.flow.doctor import Examined, doctor
from headstart.models.catalogue import catalogue
from headstart.planning.history import note_fit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Examined:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADSTART_CACHE", str(tmp_path_factory.mktemp("cache")))
        return doctor()


def shown(found: Examined) -> str:
    console = Console(file=io.StringIO(), width=200)
    found.render(console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_it_finds_a_computer_that_can_work(found: Examined) -> None:
    values = json.loads(json.dumps(found.to_dict()))
    assert values["machine"]["rates"][values["machine"]["precision"]] == values["machine"]["flops"] > 1e8
    assert values["free_disk_bytes"] > 0
    assert values["versions"]["torch"]
    assert values["predictions"] == {}
    text = shown(found)
    assert "matrix products" in text
    assert f"fits use {found.machine.precision}" in text
    assert next(iter(catalogue().values())).model in text


def test_what_it_measured_is_kept_for_plans(found: Examined) -> None:
    (kept,) = list(_folder(found).glob("machine-*.json"))
    assert json.loads(kept.read_text()) == found.machine.rates


def test_it_says_how_far_predictions_have_been_off(
    found: Examined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path))
    candidate = Candidate(base="embedded", steps=(Step(use="full"),), cost=Cost(seconds=10.0, peak_bytes=1e9))
    for _ in range(3):
        note_fit(cache_folder(), candidate, actual=Cost(seconds=20.0, peak_bytes=1e9), machine=found.machine)
    again = doctor()
    assert again.to_dict()["predictions"]["full"]["fits"] == 3
    assert "full" in shown(again)


def test_a_base_that_is_not_as_pinned_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from headstart.errors import BaseError
    from headstart.models import pinned

    def broken(name: str, folder: object) -> None:
        raise BaseError("the weights are others; install it again")

    monkeypatch.setattr(pinned, "check_pinned", broken)
    assert module._base() == ("embedded: not usable", "the weights are others; install it again")


def test_shortages_say_what_to_do(tmp_path: Path) -> None:
    memory, disk = module._shortages(tmp_path, 10**9, 10**9)
    assert "close other programs" in memory
    assert "HEADSTART_CACHE" in disk
    assert module._shortages(tmp_path, 10**11, 10**11) == []


def test_a_cache_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    assert module._unwritable(tmp_path / "new") == ""
    (tmp_path / "file").write_text("")
    advice = module._unwritable(tmp_path / "file" / "cache")
    assert "can't be written" in advice
    assert "set HEADSTART_CACHE" in advice


def _folder(found: Examined) -> Path:
    from pathlib import Path

    return Path(found.cache)
