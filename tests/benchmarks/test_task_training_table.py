"""The comparison with `Trainer` task by task: means over seeds, and when it holds."""

from __future__ import annotations

import pytest

from benchmarks.task_training_table import compared

OURS, PEER = "headstart_full", "trainer_tutorial"


def cells(*, ours: float, theirs: float, seconds: float = 10.0) -> dict:
    found = {}
    for seed in range(3):
        for system, quality, took in ((OURS, ours, seconds), (PEER, theirs, 50.0)):
            result = {"seconds": took, "pearson": quality + 0.01 * seed, "answer_f1": quality}
            found[system, "stsb", seed] = found[system, "xquad", seed] = result
    return found


def test_means_and_ratios_are_told_by_set():
    found = compared(cells(ours=0.8, theirs=0.805), OURS, PEER)
    stsb, xquad = found["sets"]
    assert (stsb["set"], stsb["metric"], stsb["seeds"]) == ("stsb", "pearson", 3)
    assert (xquad["set"], xquad["metric"]) == ("xquad", "answer_f1")
    assert (stsb["seconds"], stsb["peer_seconds"], stsb["times_faster"]) == (10.0, 50.0, 5.0)
    assert stsb["quality"] == pytest.approx(0.81)
    assert stsb["difference"] == pytest.approx(-0.005)
    assert stsb["half_width"] == pytest.approx(0.0, abs=1e-9)
    assert found["times_faster"] == 5.0
    assert found["holds"]


@pytest.mark.parametrize("change", [{"ours": 0.7}, {"seconds": 20.0}])
def test_it_holds_only_where_all_of_it_does(change):
    assert not compared(cells(**{"ours": 0.8, "theirs": 0.8, **change}), OURS, PEER)["holds"]


def test_what_only_one_side_has_run_is_left_out():
    some = {key: each for key, each in cells(ours=0.8, theirs=0.8).items() if key != (PEER, "stsb", 2)}
    assert [each["seeds"] for each in compared(some, OURS, PEER)["sets"]] == [2, 3]
    assert compared(some, OURS, "trainer_high_rate") is None
    assert compared(some, "headstart_top_3", PEER) is None
