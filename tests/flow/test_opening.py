"""Of the sealed rows so many are opened as there is time to read, whatever they hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.flow.adapting.closing import closing_s
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.opening import FEWEST, SHARE, SPARE, Opening, settle_opened
from headstart.flow.adapting.prove import prove
from headstart.flow.adapting.race import race
from headstart.flow.adapting.reserve import CAUTION
from tests.contracts.small_data import small_rows
from tests.flow.racing import candidate, plan, session_in

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.evaluation import Evaluation
    from headstart.core.split import Dataset
    from headstart.flow.adapting.prove import Proof
    from headstart.flow.adapting.session import Session

# Imports of 3 s are those of a usual computer, on which an unmeasured model takes 1.5 ms a row.
USUAL_MS, READERS = 1.5, 3.3


def session_with(root: Path, test: Rows, *, within_s: float | None) -> Session:
    session = session_in(root, within_s=within_s)
    session.dataset = replace(session.dataset, test=test)
    return session


def opened(root: Path, test: Rows, *, within_s: float | None) -> Dataset:
    session = session_with(root, test, within_s=within_s)
    Opening(session=session).revise([], baselines=[])
    return session.dataset


def time_for(rows: float) -> float:
    """Seconds of a run that has time to read so many rows with models of the usual speed."""
    return rows * READERS * USUAL_MS / 1e3 / SHARE


def numbers(rows: Rows | None) -> set[int]:
    return set() if rows is None else set(rows.numbers.tolist())


@pytest.mark.parametrize("within_s", [None, time_for(901)])
def test_all_are_opened_where_there_is_time(tmp_path: Path, within_s: float | None):
    found = opened(tmp_path, small_rows(900), within_s=within_s)
    assert len(found.test) == 900
    assert found.unopened is None
    assert found.sealed is found.test


def test_a_fifth_of_the_time_is_kept_for_reading_them(tmp_path: Path):
    found = opened(tmp_path, small_rows(900), within_s=time_for(601))
    assert 595 <= len(found.test) <= 601
    assert not numbers(found.test) & numbers(found.unopened)
    assert found.sealed.numbers.tolist() == list(range(1, 901))
    assert found.sealed.texts == small_rows(900).texts
    # Each class gives its share.
    assert set(found.split.task.counts(found.test).values()) == {len(found.test) // 3}


def test_fewer_lie_within_more(tmp_path: Path):
    few, more = (opened(tmp_path, small_rows(900), within_s=time_for(each)) for each in (300, 500))
    assert numbers(few.test) < numbers(more.test)


def test_up_to_half_of_the_time_makes_a_verdict_one_to_trust(tmp_path: Path):
    assert len(opened(tmp_path, small_rows(900), within_s=time_for(110)).test) in (200, 201)
    assert len(opened(tmp_path, small_rows(900), within_s=time_for(75)).test) in range(70, 76)
    assert len(opened(tmp_path, small_rows(900), within_s=time_for(3)).test) == FEWEST


def test_a_rare_class_keeps_as_many_as_an_interval_needs(tmp_path: Path):
    test = small_rows(900).take([place for place in range(900) if place % 3 or place < 60])
    assert min(session_in(tmp_path).dataset.split.task.counts(test).values()) == 20
    found = opened(tmp_path, test, within_s=time_for(250))
    assert 305 <= len(found.test) <= 330
    assert min(found.split.task.counts(found.test).values()) == 10


def test_what_a_base_was_measured_to_take_counts_for_more_than_what_is_usual(tmp_path: Path):
    session = session_with(tmp_path, small_rows(900), within_s=time_for(400))
    opening = Opening(session=session)
    opening.revise([], baselines=[])
    assert len(session.dataset.test) in range(395, 401)
    quick = session.fit(replace(candidate("probe"), base="embedded"), reserve_s=0.0)
    entrant = Entrant(candidate=quick.candidate, trials=(quick,))
    # A millisecond a row, where one and a half are usual.
    opening.revise([entrant], baselines=[])
    assert len(session.dataset.test) in range(595, 601)
    assert session.dataset.sealed.numbers.tolist() == list(range(1, 901))


def test_once_a_base_was_measured_fewer_may_be_opened_and_no_more(tmp_path: Path):
    session = session_in(tmp_path, within_s=time_for(400), row_ms={"partial": 3.0, "full": 0.5})
    session.dataset = replace(session.dataset, test=small_rows(900))
    opening, rows = Opening(session=session), list[int]()
    for name in ("probe", "full", "partial", "full"):
        fit = session.fit(replace(candidate(name), base="embedded"), reserve_s=0.0)
        opening.revise([Entrant(candidate=fit.candidate, trials=(fit,))], baselines=[])
        rows.append(len(session.dataset.test))
    assert rows[0] == rows[1] > rows[2] == rows[3]


def test_time_that_is_left_when_all_is_fitted_opens_further_ones(tmp_path: Path):
    session = session_with(tmp_path, small_rows(900), within_s=time_for(300))
    opening = Opening(session=session)
    opening.revise([], baselines=[])
    before = numbers(session.dataset.test)
    trial = session.fit(replace(candidate("probe"), base="embedded"), reserve_s=0.0)
    entrant = Entrant(candidate=trial.candidate, trials=(trial,))
    session.clock.within_s = 30.0
    left_s = session.clock.left_s - closing_s(session, [entrant], ships=entrant)
    opening.fill([entrant], ships=entrant)
    # A millisecond a row to test it, and with some caution once more to check it.
    expected = len(before) + SPARE * left_s / (1e-3 * (1.0 + CAUTION))
    assert 0.97 * min(900, expected) <= len(session.dataset.test) <= min(900, expected)
    assert before < numbers(session.dataset.test)
    settle_opened(session)
    session.clock.within_s = 300.0
    settled = numbers(session.dataset.test)
    opening.fill([entrant], ships=entrant)
    assert numbers(session.dataset.test) == settled


def test_without_time_to_spare_no_further_ones_are_opened(tmp_path: Path):
    session = session_with(tmp_path, small_rows(900), within_s=time_for(300))
    opening = Opening(session=session)
    opening.revise([], baselines=[])
    trial = session.fit(replace(candidate("probe"), base="embedded"), reserve_s=0.0)
    before = numbers(session.dataset.test)
    opening.fill([Entrant(candidate=trial.candidate, trials=(trial,))], ships=None)
    assert numbers(session.dataset.test) == before


def test_groups_stay_whole(tmp_path: Path):
    test = replace(small_rows(900), groups=np.arange(900) // 4)
    found = opened(tmp_path, test, within_s=time_for(400))
    assert found.unopened is not None
    assert not set(found.test.groups.tolist()) & set(found.unopened.groups.tolist())
    assert 360 <= len(found.test) <= 402


def test_what_has_been_opened_stays_so(tmp_path: Path):
    first = session_with(tmp_path, small_rows(900), within_s=time_for(500))
    Opening(session=first).revise([], baselines=[])
    settle_opened(first)
    for within_s in (None, time_for(250), time_for(2000)):
        again = opened(tmp_path, small_rows(900), within_s=within_s)
        assert numbers(again.test) == numbers(first.dataset.test)
        assert numbers(again.sealed) == set(range(1, 901))


def raced(root: Path, *, row_ms: float, within_s: float | None) -> Proof:
    session = session_in(
        root / "run", rows=4500, within_s=within_s, right={"probe": 0.9}, row_ms={"probe": row_ms}
    )
    planned = plan("probe")
    found = race(session, planned, planned.candidates[0], folds=5, proposing=None)
    return prove(session, found, margin=0.01, ledger=root / "looks")


def said(found: Proof) -> list[str]:
    return [each for each in found.verdict.notes if "sealed rows were opened" in each]


def test_a_slow_model_leaves_sealed_rows_unopened_and_the_verdict_says_so(tmp_path: Path):
    found = raced(tmp_path, row_ms=80.0, within_s=120.0)
    evaluation: Evaluation = found.evaluation
    assert 200 < evaluation.rows < 600
    assert evaluation.rows + evaluation.unopened == 900
    assert found.verdict.outcome == "adapt"
    assert said(found)[0].startswith(f"{evaluation.rows} of 900 sealed rows were opened")
    assert len(found.predictions.labels) == evaluation.rows


def test_a_run_that_opens_others_of_them_is_a_further_look(tmp_path: Path):
    assert raced(tmp_path, row_ms=80.0, within_s=120.0).evaluation.earlier_looks == 0
    (tmp_path / "run").rename(tmp_path / "earlier")
    page: Any = next((tmp_path / "looks").iterdir())
    page.write_text("earlier\n")
    found = raced(tmp_path, row_ms=1.0, within_s=None)
    assert found.evaluation.unopened == 0
    assert not said(found)
    assert found.evaluation.earlier_looks == 1


def test_rows_without_classes_are_drawn_as_well(tmp_path: Path):
    from headstart.tasks.regression import Regression

    frame = pl.DataFrame({"text": [f"text {place}" for place in range(900)], "score": [*range(900)]})
    rows = Rows.of(frame.cast({"score": pl.String}), Columns(text=("text",), target="score"))
    session = session_with(tmp_path, rows, within_s=time_for(450))
    split = replace(session.dataset.split, task=Regression())
    session.dataset = replace(session.dataset, split=split)
    Opening(session=session).revise([], baselines=[])
    assert 440 <= len(session.dataset.test) <= 450
    scores = np.asarray([float(each) for each in session.dataset.test.targets])
    assert abs(scores.mean() - 449.5) < 40
