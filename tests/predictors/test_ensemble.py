"""An ensemble of unlike models, against the contract of predictors and in the hands of a user."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from headstart.bundle.check import compare, predict_in_fresh_process
from headstart.bundle.loaded import load
from headstart.bundle.save import save_model
from headstart.core.decision import Decision
from headstart.core.model import Model
from headstart.errors import BundleError
from headstart.flow.predict import predict
from headstart.predictors.ensemble import Ensemble
from tests.bundle.models import TEXTS, linear_model, network_model, rows
from tests.contracts.predictor_contract import PredictorContract

CLASSES = ("no", "yes")


@pytest.fixture
def ensemble(tiny_bert) -> Ensemble:
    linear = replace(linear_model(CLASSES), decision=Decision(temperature=1.7))
    network = network_model(tiny_bert)
    linear = replace(linear, task=network.task)
    inner = Model(task=network.task, predictor=Ensemble(members=(linear, network), weights=(0.5, 0.5)))
    return Ensemble(members=(linear, network, inner), weights=(0.5, 0.3, 0.2))


class TestEnsemble(PredictorContract):
    @pytest.fixture
    def predictor(self, ensemble):
        return ensemble

    @pytest.fixture
    def task(self, ensemble):
        return ensemble.members[0].task

    @pytest.fixture
    def rows(self):
        return rows([*TEXTS, *(f"{text} again" for text in TEXTS)])

    def test_what_is_known_of_its_members_survives(self, predictor, task, tmp_path):
        config = json.loads(json.dumps(dict(predictor.save(tmp_path))))
        again = Ensemble.load(tmp_path, config, task)
        for before, after in zip(predictor.members, again.members, strict=True):
            assert after.lineage == before.lineage
            assert after.decision == before.decision
            assert (after.base and after.base.name) == (before.base and before.base.name)
        assert again.members[1].base.folder.is_dir()
        assert str(predictor.members[1].base.folder) not in json.dumps(config["members"][1]["base"]["family"])


def test_a_fresh_process_answers_the_same_and_a_file_is_streamed(ensemble, tmp_path):
    model = Model(task=ensemble.members[0].task, predictor=ensemble)
    save_model(model, tmp_path / "bundle", columns=("text",))
    again = predict_in_fresh_process(tmp_path / "bundle", rows(), timeout_s=None).predictions
    difference, flipped = compare(model.predict(rows()), again)
    assert (flipped, difference < 1e-6) == (0, True)
    assert load(tmp_path / "bundle").predict(TEXTS) == model.predict(rows()).names
    pl.DataFrame({"text": TEXTS * 50}).write_csv(tmp_path / "new.csv")
    predict(tmp_path / "bundle", tmp_path / "new.csv", out=tmp_path / "out.csv")
    told = pl.read_csv(tmp_path / "out.csv")
    assert told["prediction"].to_list() == model.predict(rows()).names * 50
    np.testing.assert_allclose(
        told["probability_yes"].to_numpy()[: len(TEXTS)],
        model.predict(rows()).probabilities[:, 1],
        atol=1e-6,
    )


def test_a_member_that_is_gone_is_told(ensemble, tmp_path):
    save_model(Model(task=ensemble.members[0].task, predictor=ensemble), tmp_path / "bundle")
    (Path(tmp_path) / "bundle" / "predictor" / "member_1" / "linear.safetensors").unlink()
    with pytest.raises(BundleError, match=r"member_1.*missing"):
        load(tmp_path / "bundle")
