"""Metrics of texts that do not decide are measured by a worker, as far as there is time."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from headstart import registry
from headstart.core.predictions import Predictions
from headstart.evaluation.other_metrics import other_metrics
from headstart.flow.adapting.handover import write_predictions, write_rows
from headstart.flow.adapting.recorded import recorded
from headstart.flow.adapting.recording import record
from headstart.flow.adapting.reserve import Reserve
from headstart.tasks.text_to_text import TextToText
from tests.contracts.text_data import text_rows
from tests.flow.fits import worked

if TYPE_CHECKING:
    from pathlib import Path

ROWS = text_rows(20)
TASK = TextToText.infer(ROWS)
METRICS = {name: registry.build("metrics", name, {}) for name in ("ter", "bleu", "text_exact_match")}
TOLD = {
    "winner": Predictions(texts=tuple(each.texts[0] for each in TASK.gold(ROWS))),
    "copy_source": Predictions(texts=tuple(ROWS.texts)),
}


@pytest.fixture
def session(tmp_path: Path) -> Any:
    """A run whose sealed rows were predicted, with a worker that does the job here."""
    write_rows(ROWS, tmp_path / "work" / "test.parquet")
    for name, each in TOLD.items():
        (tmp_path / "trials" / name).mkdir(parents=True)
        write_predictions(each, tmp_path / "trials" / name / "test.npz")
    asked: list[dict[str, Any]] = []

    def ask(job: str, request: dict[str, Any], *, place: Path, title: str, reserve_s: float) -> bool:
        place.mkdir()
        asked.append({**request, "reserve_s": reserve_s})
        worked(record, {**request, "folder": str(place)})
        return True

    return SimpleNamespace(
        folder=SimpleNamespace(work=tmp_path / "work", trials=tmp_path / "trials"),
        clock=SimpleNamespace(left_s=60.0),
        reserve=Reserve(import_s=3.0, test_rows=20),
        dataset=SimpleNamespace(split=SimpleNamespace(task=TASK)),
        others=METRICS,
        tested=lambda trial: {"bytes": 0},
        ask=ask,
        asked=asked,
    )


def told_by(session: Any, predictions: dict[str, Predictions] = TOLD) -> dict[str, dict[str, float]]:
    tested: Any = {name: SimpleNamespace(key=name) for name in predictions}
    return recorded(session, tested, gold=TASK.gold(ROWS), predictions=predictions)


def test_a_worker_finds_what_would_be_found_here(session: Any):
    found = told_by(session)
    assert list(found) == list(METRICS)
    assert found == other_metrics(METRICS, TASK.gold(ROWS), TOLD)
    assert found["ter"]["winner"] == 0.0
    assert found["ter"]["copy_source"] > 0.0


def test_what_a_deadline_ended_is_kept_as_far_as_it_came(session: Any, tmp_path: Path):
    def late(job: str, request: Any, *, place: Path, title: str, reserve_s: float) -> bool:
        place.mkdir()
        (place / "others.json").write_text(json.dumps({"bleu": {"winner": 100.0}}))
        return False

    session.ask = late
    assert told_by(session) == {"bleu": {"winner": 100.0}}


def test_the_second_check_comes_before_all_but_the_first_seconds(session: Any):
    told_by(session)
    assert session.asked[-1]["reserve_s"] == session.reserve.pack_s() + session.reserve.check_s()
    session.clock.left_s = session.reserve.pack_s() + 3.0
    (session.folder.work / "record").rename(session.folder.work / "before")
    told_by(session)
    assert session.asked[-1]["reserve_s"] == pytest.approx(session.reserve.pack_s() + 1.0)


def test_what_gives_no_texts_needs_no_worker(session: Any):
    bare = {"winner": Predictions(likelihoods=np.ones((len(ROWS), 2)))}
    assert told_by(session, bare) == {name: {} for name in METRICS}
    assert session.asked == []
