"""What TensorBoard is given, read back from its files."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from headstart.config import Settings
from headstart.errors import MissingExtra
from headstart.flow.adapting.watching import tensorboard
from headstart.flow.adapting.watching.events import Concluded, Ended
from headstart.flow.adapting.watching.tensorboard import Tensorboard
from headstart.flow.adapting.watching.trackers import check_trackers
from tests.flow.watching.samples import candidate, trial

if TYPE_CHECKING:
    from pathlib import Path

VALUES = {
    "verdict": "adapt",
    "sentence": "Use probe: it beats every baseline.",
    "seconds": {"actual": 41.5},
    "peak_bytes": 8e8,
    "scores": {"winner": {"value": 0.9, "low": 0.85, "high": 0.94}},
}
CURVE = {"dev_score": ((0, 0.5), (1, 0.7), (2, 0.8))}


def events(folder: Path) -> list:
    """All events of the files in a folder; each is framed by its length and two checksums."""
    event_pb2 = pytest.importorskip("tensorboardX.proto.event_pb2")
    found = []
    for path in sorted(folder.glob("events*")):
        told = path.read_bytes()
        while told:
            (length,) = struct.unpack("<Q", told[:8])
            found.append(event_pb2.Event.FromString(told[12 : 12 + length]))
            told = told[16 + length :]
    return found


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    found: dict[str, list[tuple[int, float]]] = {}
    for event in events(folder):
        for value in event.summary.value:
            if value.WhichOneof("value") == "simple_value":
                found.setdefault(value.tag, []).append((event.step, value.simple_value))
    return found


def test_every_trial_and_the_verdict_are_there(tmp_path):
    pytest.importorskip("tensorboardX")
    of = candidate("lora", rank=4, learning_rate=1e-3)
    ended = Ended(trial=trial(of, score=0.8, seconds=2.5), rung=1, curve=CURVE)
    watcher = Tensorboard(folder=tmp_path, run="tickets")
    for event in (ended, Ended(trial=trial(candidate()), earlier=True), Concluded(values=VALUES)):
        watcher.tell(event)
    watcher.close()
    assert sorted(each.name for each in (tmp_path / "tickets").iterdir()) == [
        "trial-lora-rung-1-(lora00)",
        "verdict",
    ]
    found = scalars(tmp_path / "tickets" / "trial-lora-rung-1-(lora00)")
    assert found["dev_score"] == [(0, pytest.approx(0.8))]
    assert found["seconds"] == [(0, pytest.approx(2.5))]
    assert found["predicted_seconds"] == [(0, pytest.approx(3.0))]
    assert found["peak_bytes"] == [(0, pytest.approx(7e8))]
    assert [(step, round(value, 3)) for step, value in found["curve/dev_score"]] == [
        (0, 0.5),
        (1, 0.7),
        (2, 0.8),
    ]
    assert scalars(tmp_path / "tickets" / "verdict")["test.winner.low"] == [(0, pytest.approx(0.85))]
    told = b"".join(event.SerializeToString() for event in events(tmp_path / "tickets" / "verdict"))
    assert b"it beats every baseline" in told


def test_settings_of_a_trial_are_its_hyper_parameters(tmp_path):
    pytest.importorskip("tensorboardX")
    plugin = pytest.importorskip("tensorboardX.proto.plugin_hparams_pb2")
    watcher = Tensorboard(folder=tmp_path, run="r")
    watcher.tell(Ended(trial=trial(candidate("lora", rank=4))))
    (folder,) = (tmp_path / "r").iterdir()
    for event in events(folder):
        for value in event.summary.value:
            if value.tag.endswith("session_start_info"):
                data = plugin.HParamsPluginData.FromString(value.metadata.plugin_data.content)
                assert data.session_start_info.hparams["lora.rank"].number_value == 4
                return
    pytest.fail("no hyper-parameters were written")


def test_a_missing_package_is_named_with_its_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(tensorboard, "PACKAGE", "a_package_that_is_not_here")
    with pytest.raises(MissingExtra, match=r"headstart\[tensorboard\]"):
        check_trackers(Settings(tensorboard=tmp_path))
    check_trackers(Settings())
