"""Predictions of cost learn from what fits on this computer have cost."""

from __future__ import annotations

import json
import math
import random
from statistics import median
from typing import TYPE_CHECKING

import pytest

from headstart.core.machine import Machine
from headstart.core.plan import Candidate, Cost, Step
from headstart.planning.history import FILE, CostHistory, note_fit
from headstart.planning.journal import KEPT_LINES, MOST_LINES

if TYPE_CHECKING:
    from pathlib import Path

HERE = Machine(
    device="cpu",
    cores=2,
    memory_bytes=2**34,
    device_memory_bytes=2**34,
    precision="bfloat16",
    flops=1e12,
)
THERE = Machine(
    device="cuda",
    cores=2,
    memory_bytes=2**34,
    device_memory_bytes=2**34,
    precision="bfloat16",
    flops=1e14,
)


def candidate(name: str = "full", seconds: float = 10.0, peak_bytes: float = 1e9) -> Candidate:
    return Candidate(
        base="embedded", steps=(Step(use=name),), cost=Cost(seconds=seconds, peak_bytes=peak_bytes)
    )


def noted(
    folder: Path, *ratios: float, name: str = "full", memory: float = 1.0, on: Machine = HERE
) -> CostHistory:
    for ratio in ratios:
        modelled = candidate(name)
        actual = Cost(seconds=10.0 * ratio, peak_bytes=1e9 * memory)
        note_fit(folder, modelled, actual=actual, machine=on)
    return CostHistory.read(folder, HERE)


def test_without_a_history_the_model_stands(tmp_path):
    found = CostHistory.read(tmp_path / "nowhere", HERE).corrected(candidate())
    assert found.cost == found.modelled == candidate().cost


def test_fits_that_took_twice_as_long_double_the_next_prediction_nearly(tmp_path):
    found = noted(tmp_path, 2.0, 2.0, 2.0, 2.0, memory=1.5).corrected(candidate(seconds=30.0))
    assert 54.0 < found.cost.seconds < 60.0
    assert 1.35e9 < found.cost.peak_bytes < 1.5e9
    assert found.modelled == candidate(seconds=30.0).cost


def test_one_fit_is_believed_by_half(tmp_path):
    seconds, _ = noted(tmp_path, 4.0).factors("full")
    assert 2.0 < seconds < 3.0


def test_one_wild_fit_among_many_changes_little(tmp_path):
    seconds, _ = noted(tmp_path, 1.0, 1.0, 1.0, 1.0, 50.0, 1.0, 1.0).factors("full")
    assert seconds == pytest.approx(1.0, abs=0.05)


def test_a_computer_that_has_become_faster_is_soon_believed(tmp_path):
    seconds, _ = noted(tmp_path, *[3.0] * 20, *[1.0] * 6).factors("full")
    assert seconds < 1.4


def test_a_strategy_without_fits_learns_from_the_others(tmp_path):
    history = noted(tmp_path, *[2.0] * 9, name="partial")
    assert 1.2 < history.factors("full")[0] < history.factors("partial")[0]


def test_another_kind_of_machine_says_nothing(tmp_path):
    assert noted(tmp_path, 5.0, 5.0, 5.0, on=THERE).fits == ()


def test_a_correction_has_bounds(tmp_path):
    assert 5.0 < noted(tmp_path, *[1e6] * 9).factors("full")[0] <= 6.0
    assert 1 / 6.0 <= noted(tmp_path / "quick", *[1e-6] * 9).factors("full")[0] < 1 / 5.0


def test_one_disturbed_fit_does_not_put_its_strategy_out_of_reach(tmp_path):
    """What is predicted to take too long is not begun, and so would never be corrected."""
    seconds, _ = noted(tmp_path, 60.0).factors("full")
    assert seconds < 3.0
    seconds, _ = noted(tmp_path, 1.0).factors("full")
    assert seconds < 2.0


def test_what_is_blocked_has_no_cost_to_correct(tmp_path):
    blocked = Candidate(
        base=None, steps=(Step(use="full"),), cost=Cost(seconds=0.0, peak_bytes=0.0), blocked=True
    )
    assert noted(tmp_path, 2.0).corrected(blocked) == blocked


def test_what_was_corrected_is_kept_uncorrected(tmp_path):
    history = noted(tmp_path, 2.0, 2.0, 2.0)
    note_fit(
        tmp_path, history.corrected(candidate()), actual=Cost(seconds=20.0, peak_bytes=1e9), machine=HERE
    )
    assert CostHistory.read(tmp_path, HERE).fits[-1].modelled == candidate().cost


@pytest.mark.parametrize("torn", ["", "{", '{"name": "full"}', "[]", "null", '{"machine": 3}', "\x00"])
def test_a_torn_line_is_passed_over(tmp_path, torn):
    noted(tmp_path, 2.0)
    with (tmp_path / FILE).open("a") as file:
        file.write(torn + "\n")
    assert len(noted(tmp_path, 2.0).fits) == 2


def test_a_line_that_a_kill_has_torn_takes_no_other_with_it(tmp_path):
    noted(tmp_path, 2.0)
    with (tmp_path / FILE).open("a") as file:
        file.write('{"name": "fu')
    assert len(noted(tmp_path, 3.0).fits) == 2


@pytest.mark.parametrize("seconds", ["null", '"long"', "[]"])
def test_a_cost_that_is_no_number_is_passed_over(tmp_path, seconds):
    noted(tmp_path, 2.0)
    line = (tmp_path / FILE).read_text().replace('"seconds": 20.0', f'"seconds": {seconds}')
    assert seconds in line
    with (tmp_path / FILE).open("a") as file:
        file.write(line)
    assert len(CostHistory.read(tmp_path, HERE).fits) == 1


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_figures_that_give_no_ratio_are_passed_over(tmp_path, value):
    note_fit(tmp_path, candidate(seconds=value), actual=Cost(seconds=1.0, peak_bytes=1e9), machine=HERE)
    assert CostHistory.read(tmp_path, HERE).fits == ()


def test_a_place_that_cannot_be_written_ends_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    note_fit(tmp_path / "file", candidate(), actual=Cost(seconds=1.0, peak_bytes=1e9), machine=HERE)


def test_a_broken_history_ends_nothing(tmp_path):
    (tmp_path / FILE).write_bytes(b"\xff\xfe broken\n" * (MOST_LINES + 1))
    assert len(noted(tmp_path, 2.0).fits) == 1


def test_the_file_stays_short_and_keeps_the_latest(tmp_path):
    noted(tmp_path, 1.0)
    line = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(line * MOST_LINES)
    noted(tmp_path, 3.0)
    lines = (tmp_path / FILE).read_text().splitlines()
    assert len(lines) == KEPT_LINES
    assert json.loads(lines[-1])["actual"]["seconds"] == 30.0


def test_corrections_bring_errors_down_where_the_model_is_off_by_a_constant(tmp_path):
    rng = random.Random(0)
    ratios = [2.5 * math.exp(rng.gauss(0.0, 0.15)) for _ in range(40)]
    fits, seconds, peak_bytes = noted(tmp_path, *ratios).errors()["full"]
    assert fits == 40
    assert seconds < 0.2 < median(abs(1.0 / ratio - 1.0) for ratio in ratios)
    assert peak_bytes == 0.0


def starved(folder: Path, *, peak_bytes: float, name: str = "full", on: Machine = HERE) -> CostHistory:
    """The history after a fit of which so many bytes were foretold has died for want of memory."""
    died = candidate(name, peak_bytes=peak_bytes)
    note_fit(folder, died, actual=Cost(seconds=0.0, peak_bytes=3e9), machine=on, starved=True)
    return CostHistory.read(folder, HERE)


def test_a_fit_that_died_for_want_of_memory_corrects_nothing_and_is_remembered_by_its_size(tmp_path):
    noted(tmp_path, 2.0)
    before = CostHistory.read(tmp_path, HERE).factors("full")
    starved(tmp_path, peak_bytes=5e9)
    found = starved(tmp_path, peak_bytes=4e9)
    assert found.starved == {"full": 4e9}
    assert found.factors("full") == before
    assert starved(tmp_path, peak_bytes=1e9, on=THERE).starved == {"full": 4e9}


def test_a_later_one_as_large_that_ends_well_makes_it_forgotten(tmp_path):
    starved(tmp_path, peak_bytes=4e9)
    assert noted(tmp_path, 1.0).starved == {"full": 4e9}
    assert starved(tmp_path, peak_bytes=1e9).starved == {"full": 1e9}
    assert noted(tmp_path, 1.0).starved == {}
