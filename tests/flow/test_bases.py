"""A base that only a network could bring is no obstacle to the others that were named."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from huggingface_hub import constants

from headstart.config import Settings
from headstart.errors import BaseError, Unreachable
from headstart.flow.adapting.bases import bases_of
from headstart.flow.adapting.prepare import prepare
from headstart.flow.adapting.run import planned, planner_of
from tests.contracts.small_data import small_rows
from tests.flow.racing import COMPUTER

if TYPE_CHECKING:
    from pathlib import Path

ABSENT = "someone/nowhere-to-be-found"


def test_the_plan_shows_it_as_blocked_and_the_others_as_they_are(tiny_bert: Path):
    chosen = Settings(base=(str(tiny_bert), ABSENT), strategy=("probe", "contrastive+full"), target="label")
    prepared = prepare(small_rows(180).frame, chosen)
    found = planned(planner_of(prepared, COMPUTER, chosen), prepared, chosen)
    told = {(each.base, each.name): each.blocked for each in found.candidates}
    assert told == {
        (str(tiny_bert), "probe"): False,
        (str(tiny_bert), "contrastive+full"): False,
        (ABSENT, "probe"): True,
        (ABSENT, "contrastive+full"): True,
    }
    assert "is not on this computer" in next(each.why for each in found.candidates if each.base == ABSENT)
    assert ABSENT in found.why[0]
    assert {each.base for each in found.baselines} <= {str(tiny_bert), None}


def test_a_base_whose_description_alone_is_here_is_as_far_away(
    tiny_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The small files of a model of the hub are fetched first, and its weights when it is opened."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    commit = "0123456789" * 4
    model = tmp_path / "models--someone--described"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text(commit)
    shutil.copytree(tiny_bert, model / "snapshots" / commit)
    assert bases_of((str(tiny_bert), "someone/described")).absent == {}
    (model / "snapshots" / commit / "model.safetensors").unlink()
    assert bases_of((str(tiny_bert), "someone/described")).absent.keys() == {"someone/described"}


def test_where_none_can_be_had_that_is_an_error():
    with pytest.raises(Unreachable, match="does not answer"):
        bases_of((ABSENT,))


def test_a_wrong_path_stays_an_error(tiny_bert: Path):
    with pytest.raises(BaseError, match="there is no folder"):
        bases_of((str(tiny_bert), "./nowhere"))


def test_one_that_is_named_twice_is_one(tiny_bert: Path):
    assert len(bases_of((str(tiny_bert), str(tiny_bert))).there) == 1
