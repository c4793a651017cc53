"""What MLflow is given, asked back from it."""

from __future__ import annotations

import pytest

from headstart.config import Settings
from headstart.errors import MissingExtra
from headstart.flow.adapting.watching.events import Concluded, Ended
from headstart.flow.adapting.watching.mlflow import Mlflow, tracking_uri
from headstart.flow.adapting.watching.trackers import check_trackers
from tests.flow.watching.samples import candidate, trial
from tests.flow.watching.test_tensorboard import CURVE, VALUES


@pytest.mark.slow
def test_every_trial_is_a_run_under_one_with_the_verdict(tmp_path):
    tracking = pytest.importorskip("mlflow.tracking")
    of = candidate("lora", rank=4)
    watcher = Mlflow(where=str(tmp_path / "kept"), run="tickets")
    watcher.tell(Ended(trial=trial(of, score=0.8), rung=1, curve=CURVE))
    watcher.tell(Ended(trial=trial(of, status="failed", message="no memory")))
    watcher.tell(Concluded(values=VALUES))
    watcher.close()
    client = tracking.MlflowClient(tracking_uri=tracking_uri(str(tmp_path / "kept")))
    experiment = client.get_experiment_by_name("headstart")
    runs = client.search_runs([experiment.experiment_id])
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = {run.info.status: run for run in runs if run is not parent}
    assert (parent.info.run_name, parent.info.status) == ("tickets", "FINISHED")
    assert parent.data.tags["verdict"] == "adapt"
    assert parent.data.metrics["test.winner"] == pytest.approx(0.9)
    done, failed = children["FINISHED"], children["FAILED"]
    assert done.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert done.data.params["lora.rank"] == "4"
    assert done.data.metrics["dev_score"] == pytest.approx(0.8)
    assert failed.data.tags["message"] == "no memory"
    curve = client.get_metric_history(done.info.run_id, "curve.dev_score")
    assert [(each.step, each.value) for each in curve] == [(0, 0.5), (1, 0.7), (2, 0.8)]


@pytest.mark.slow
def test_a_run_that_was_broken_off_says_so(tmp_path):
    tracking = pytest.importorskip("mlflow.tracking")
    watcher = Mlflow(where=str(tmp_path), run="tickets")
    watcher.tell(Ended(trial=trial(candidate())))
    watcher.close()
    client = tracking.MlflowClient(tracking_uri=tracking_uri(str(tmp_path)))
    runs = client.search_runs([client.get_experiment_by_name("headstart").experiment_id])
    assert sorted(run.info.status for run in runs) == ["FINISHED", "KILLED"]


def test_a_folder_becomes_a_database_and_an_address_stays(tmp_path):
    assert tracking_uri("https://user@host:5000/x") == "https://user@host:5000/x"
    assert tracking_uri("databricks") == "databricks"
    assert tracking_uri(str(tmp_path / "new")) == f"sqlite:///{tmp_path.as_posix()}/new/mlflow.db"
    assert (tmp_path / "new").is_dir()


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr("headstart.flow.adapting.watching.mlflow.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"headstart\[mlflow\]"):
        check_trackers(Settings(mlflow="http://localhost:5000"))


def test_where_a_run_is_told_does_not_make_it_another_run():
    assert Settings(mlflow="http://user:secret@host").identity() == Settings().identity()
