"""No watcher ends a run, or holds it up."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import ClassVar

import pytest

from headstart.config import Settings
from headstart.flow.adapting.watching import trackers as following
from headstart.flow.adapting.watching.background import Background, Late
from headstart.flow.adapting.watching.events import Concluded, Ended, Note, Progressed
from headstart.flow.adapting.watching.watchers import Watchers
from tests.flow.watching.samples import candidate, trial

ENDED = Ended(trial=trial(candidate()))


@dataclass
class Keeper:
    """Keeps what it is told, and fails of what it is told to."""

    fault: Exception | None = None
    at_close: Exception | None = None
    name: ClassVar[str] = "a keeper"
    told: list = field(default_factory=list)
    closed: int = 0

    def tell(self, event):
        if self.fault:
            raise self.fault
        self.told.append(event)

    def close(self):
        self.closed += 1
        if self.at_close:
            raise self.at_close


def test_one_that_fails_is_named_once_and_left_out():
    sound, broken = Keeper(), Keeper(fault=OSError("the disk is full\nmore"))
    watchers = Watchers(watchers=[sound, broken])
    for _ in range(3):
        watchers.tell(ENDED)
    notes = [event.text for event in sound.told if isinstance(event, Note)]
    assert notes == ["  note: nothing more is written to a keeper: the disk is full"]
    assert sound.told.count(ENDED) == 3


def test_all_may_fail():
    watchers = Watchers(watchers=[Keeper(fault=ValueError()), Keeper(fault=ValueError())])
    watchers.tell(ENDED)
    watchers.close()
    assert watchers.watchers == []


def test_a_fault_at_the_end_is_told_while_somebody_listens():
    first, broken = Keeper(), Keeper(at_close=OSError("gone"))
    Watchers(watchers=[first, broken]).close()
    assert [event.text for event in first.told] == ["  note: nothing more is written to a keeper: gone"]
    assert (first.closed, broken.closed) == (1, 1)


def test_an_interrupt_is_not_a_fault_of_the_watcher():
    with pytest.raises(KeyboardInterrupt):
        Watchers(watchers=[Keeper(fault=KeyboardInterrupt())]).tell(ENDED)  # type: ignore[arg-type]


def background(make, patience_s: float = 30.0) -> Background:
    return Background(called="a slow one", make=make, patience_s=lambda: patience_s)


def test_the_background_writes_all_that_is_worth_keeping_before_the_end():
    keeper = Keeper()
    behind = background(lambda: keeper)
    for event in (ENDED, Progressed(fraction=0.5), Concluded(values={})):
        behind.tell(event)
    behind.close()
    assert keeper.told == [ENDED, Concluded(values={})]
    assert keeper.closed == 1


def test_a_fault_in_the_background_reaches_the_run_by_its_name():
    heard = Keeper()
    watchers = Watchers(watchers=[heard, background(lambda: Keeper(fault=OSError("no route to host")))])
    watchers.tell(ENDED)
    watchers.close()
    assert "nothing more is written to a slow one: no route to host" in heard.told[-1].text


def test_one_that_fails_in_the_middle_is_closed():
    """A run that is open on a server would seem to be at work for ever."""
    keeper = Keeper(fault=OSError("a figure that it does not take"))
    behind = background(lambda: keeper)
    behind.tell(ENDED)
    assert behind._thread is not None
    behind._thread.join(30)
    assert keeper.closed == 1
    with pytest.raises(OSError, match="does not take"):
        behind.tell(ENDED)


def test_a_run_does_not_wait_for_a_slow_one_longer_than_it_has_time():
    stuck, heard = threading.Event(), Keeper()
    behind = background(lambda: stuck.wait(60), patience_s=0.0)
    watchers = Watchers(watchers=[heard, behind])
    watchers.tell(ENDED)
    watchers.close()
    stuck.set()
    assert "still at work" in heard.told[-1].text
    with pytest.raises(Exception, match=r".") as raised:
        behind.close()
    assert isinstance(raised.value, Late | AttributeError)


@pytest.mark.parametrize(("left_s", "waits_s"), [(-3.0, 0.9), (7.0, 7.0), (float("inf"), 20.0)])
def test_all_trackers_together_are_waited_for_no_longer_than_one(tmp_path, monkeypatch, left_s, waits_s):
    now = [100.0]
    monkeypatch.setattr(following, "time", SimpleNamespace(monotonic=lambda: now[0]))
    asked = Settings(tensorboard=tmp_path, mlflow=str(tmp_path))
    first, second = following.trackers(asked, run="r", left_s=lambda: left_s)
    assert first.patience_s() == pytest.approx(waits_s)
    now[0] += waits_s - 0.25
    assert second.patience_s() == pytest.approx(0.25)
    now[0] += 1.0
    assert second.patience_s() == pytest.approx(0.1)


def test_one_that_was_told_nothing_starts_nothing():
    behind = background(lambda: pytest.fail("it was made"))
    behind.tell(Progressed(fraction=0.1))
    behind.close()
