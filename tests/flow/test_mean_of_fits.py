"""The refit of a winner and the fits of its folds as one network of their mean weights."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch

from headstart import registry
from headstart.bundle.load import load_model
from headstart.bundle.manifest import Manifest
from headstart.combine.soup import Soup
from headstart.core.plan import Candidate, Cost, Step
from headstart.core.portion import Portion
from headstart.core.split import Dataset, Split
from headstart.core.trial import Trial
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.mean_of_fits import mean_of_fits
from headstart.flow.adapting.session import Session
from headstart.race.clock import Clock
from headstart.race.folder import RunFolder
from headstart.race.worker import Worker
from headstart.wording import members_of
from tests.contracts.small_data import small_rows, small_task
from tests.flow.fits import WISH, fitted, hand_over, key
from tests.flow.racing import COMPUTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COST = Cost(seconds=1.0, peak_bytes=1)
DECISION = {"temperature": 1.5}


@pytest.fixture(scope="module")
def session(tmp_path_factory, tiny_bert) -> Iterator[Session]:
    """A run with fits of several strategies, whose worker is at hand."""
    root: Path = tmp_path_factory.mktemp("run")
    train, dev, test = (small_rows(rows, seed=seed) for rows, seed in ((36, 1), (24, 2), (24, 3)))
    hand_over(root, train=train, dev=dev, test=test)
    for role, fold, params in (
        ("refit", 0, {}),
        ("trial", 0, {}),
        ("trial", 1, {}),
        ("trial", 2, {"max_length": 16}),
    ):
        one_fit(root, "full", str(tiny_bert), {"epochs": 1, **params}, role=role, fold=fold)
    one_fit(root, "probe", str(tiny_bert), {}, role="refit", fold=0)
    one_fit(root, "probe", str(tiny_bert), {}, role="trial", fold=0)
    folder = RunFolder(root=root)
    clock = Clock(path=folder.clock, within_s=None, started_s=time.time())
    worker = Worker(threads=1, tick=clock.tick)
    yield Session(
        folder=folder,
        worker=worker,
        clock=clock,
        display=Display.on_stderr(lambda: 0.0, quiet=True),
        machine=COMPUTER,
        dataset=Dataset(split=Split(task=small_task(), train=train, dev=dev), test=test, sha256="0"),
        metric=registry.build("metrics", "accuracy", {}),
        others={},
        seed=0,
        wish=WISH,
        cache=None,
    )
    worker.stop()


def one_fit(root: Path, name: str, base: str, params: dict[str, Any], *, role: str, fold: int) -> None:
    decision = DECISION if role == "refit" else None
    portion = Portion(fold=fold, folds=3)
    fitted(root, name, base=base, params=params, role=role, portion=portion, seed=fold, decision=decision)


def candidate(name: str) -> Candidate:
    return Candidate(base="tiny", steps=(Step(use=name, params={}),), cost=COST)


def trial(name: str, role: str, fold: int = 0) -> Trial:
    return Trial(
        key=key(name, role, fold),
        candidate=candidate(name),
        role=role,
        portion=Portion(fold=fold, folds=3),
        status="done",
        cost=COST,
    )


def mean(
    session: Session, name: str, folds: tuple[int, ...], reserve_s: float = 0.0, temperature: float = 1.5
) -> Trial | None:
    entrant = Entrant(candidate=candidate(name), trials=tuple(trial(name, "trial", each) for each in folds))
    decision = {"temperature": temperature}
    return mean_of_fits(session, entrant, trial(name, "refit"), decision=decision, reserve_s=reserve_s)


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    network: Any = load_model(folder).predictor
    return {**network.backbone.state_dict(), **{f"head.{k}": v for k, v in network.head.state_dict().items()}}


def test_it_has_the_mean_of_all_weights(session):
    made = mean(session, "full", (0, 1))
    assert made is not None
    assert (made.status, made.role) == ("done", "refit")
    assert [round(share, 6) for _, share in members_of(made.candidate)] == [round(1 / 3, 6)] * 3
    trials = session.folder.trials
    parts = [tensors(trials / each / "model") for each in ("full-refit", "full-trial", "full-trial1")]
    found = tensors(session.model_of(made))
    assert found.keys() == parts[0].keys()
    moved = 0
    for name, values in found.items():
        each = torch.stack([part[name].float() for part in parts])
        torch.testing.assert_close(values.float(), each.mean(dim=0), rtol=1e-5, atol=1e-6, msg=name)
        moved += int(not torch.equal(each[0], each[1]))
    assert moved
    assert load_model(session.model_of(made)).decision.temperature == pytest.approx(1.5)


def test_it_names_the_fits_that_it_was_made_of(session):
    made = mean(session, "full", (0, 1))
    assert made is not None
    (step,) = Manifest.read(session.model_of(made)).lineage
    assert [each["steps"][0]["use"] for each in step["params"]["members"]] == ["full"] * 3


def test_fits_whose_weights_stand_for_something_else_are_left_out(session):
    made = mean(session, "full", (0, 2))
    assert made is not None
    assert len(members_of(made.candidate)) == 2
    assert mean(session, "full", (2,)) is None


def test_fits_that_were_cut_short_are_left_out(session):
    path = session.folder.trials / "full-trial1" / "outcome.json"
    before = path.read_text()
    path.write_text(json.dumps({**json.loads(before), "fraction": 0.5}))
    try:
        assert mean(session, "full", (1,)) is None
    finally:
        path.write_text(before)


def test_a_refit_that_was_cut_short_is_left_out_too(session):
    path = session.folder.trials / "full-refit" / "outcome.json"
    before = path.read_text()
    path.write_text(json.dumps({**json.loads(before), "fraction": 0.5}))
    try:
        made = mean(session, "full", (0, 1))
        assert made is not None
        assert len(members_of(made.candidate)) == 2
        assert mean(session, "full", (0,)) is None
    finally:
        path.write_text(before)


def test_a_mean_that_a_killed_process_has_made_is_there_without_time(session):
    made = mean(session, "full", (0, 1))
    clock = Clock(path=session.folder.root / "late.json", within_s=60.0, started_s=time.time())
    assert mean(replace(session, clock=clock), "full", (0, 1), reserve_s=59.0) == made


def test_what_the_combination_does_not_average_is_left_as_it_is(session, monkeypatch):
    fits = set(session.folder.trials.iterdir())
    monkeypatch.setattr(Soup, "predictors", ("seq2seq",))
    # With a rule of its own it is none that was made before.
    assert mean(session, "full", (0, 1), temperature=3.0) is None
    assert set(session.folder.trials.iterdir()) == fits


def test_fits_of_strategies_in_a_row_are_left_as_they_are(session):
    before = Step(use="contrastive", params={})
    both = replace(candidate("full"), steps=(before, *candidate("full").steps))
    entrant = Entrant(candidate=both, trials=(replace(trial("full", "trial"), candidate=both),))
    refit = replace(trial("full", "refit"), candidate=both)
    assert mean_of_fits(session, entrant, refit, decision=DECISION, reserve_s=0.0) is None


def test_nothing_is_averaged_without_time_or_where_strategies_do_not_say_so(session):
    assert mean(session, "probe", (0,)) is None
    clock = Clock(path=session.folder.root / "short.json", within_s=60.0, started_s=time.time())
    # With a rule of its own it is none that was made before.
    assert mean(replace(session, clock=clock), "full", (0,), reserve_s=59.0, temperature=2.0) is None
