"""A run and its trials as runs of an MLflow experiment."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.errors import MissingExtra
from headstart.flow.adapting.watching.events import Concluded, Ended
from headstart.flow.adapting.watching.figures import (
    made,
    trial_figures,
    trial_params,
    trial_title,
    verdict_figures,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.flow.adapting.watching.events import Event

EXPERIMENT = "headstart"
ENDS = {"done": "FINISHED", "failed": "FAILED"}
SHORT = 250


@dataclass(kw_only=True)
class Mlflow:
    """One parent run with the verdict, and under it a run for each trial.

    Args:
        where: address of a tracking server, or a folder that gets a database.
        run: name of the run.
    """

    name: ClassVar[str] = "MLflow"
    where: str
    run: str
    _client: Any = None
    _experiment: str = ""
    _parent: str = ""
    _open: bool = field(default=False)

    def tell(self, event: Event) -> None:
        if not self._open:
            self._begin()
        if isinstance(event, Ended) and made(event):
            self._trial(event)
        elif isinstance(event, Concluded):
            values = event.values
            self._log(self._parent, figures=verdict_figures(values))
            self._client.set_tag(self._parent, "verdict", str(values["verdict"]))
            self._client.set_tag(self._parent, "mlflow.note.content", str(values["sentence"]))
            self._end("FINISHED")

    def close(self) -> None:
        if self._open:
            self._end("KILLED")

    def _begin(self) -> None:
        from mlflow.tracking import MlflowClient

        self._client = MlflowClient(tracking_uri=tracking_uri(self.where))
        self._experiment = self._experiment_id()
        created = self._client.create_run(self._experiment, run_name=self.run)
        self._parent, self._open = created.info.run_id, True

    def _experiment_id(self) -> str:
        known = self._client.get_experiment_by_name(EXPERIMENT)
        return str(known.experiment_id if known is not None else self._client.create_experiment(EXPERIMENT))

    def _trial(self, event: Ended) -> None:
        child = self._client.create_run(
            self._experiment, run_name=trial_title(event), tags={"mlflow.parentRunId": self._parent}
        ).info.run_id
        self._log(child, figures=trial_figures(event), curve=event.curve, params=trial_params(event))
        if event.trial.message:
            self._client.set_tag(child, "message", event.trial.message)
        self._client.set_terminated(child, status=ENDS.get(event.trial.status, "KILLED"))

    def _log(
        self,
        run_id: str,
        *,
        figures: Mapping[str, float],
        curve: Mapping[str, tuple[tuple[int, float], ...]] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        from mlflow.entities import Metric, Param

        now_ms = int(1000 * time.time())
        metrics = [Metric(name, value, now_ms, 0) for name, value in figures.items()]
        for name, values in (curve or {}).items():
            metrics += [Metric(f"curve.{name}", value, now_ms, epoch) for epoch, value in values]
        said = [Param(name, str(value)[:SHORT]) for name, value in (params or {}).items()]
        self._client.log_batch(run_id, metrics=metrics, params=said)

    def _end(self, status: str) -> None:
        self._open = False
        self._client.set_terminated(self._parent, status=status)


def tracking_uri(where: str) -> str:
    """The address itself, or that of a database in a folder, which is made.

    A plain folder of files is a store that MLflow no longer takes.
    """
    if "://" in where or where == "databricks":
        return where
    folder = Path(where).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder.as_posix().lstrip('/') if folder.drive else folder.as_posix()}/mlflow.db"


def check_mlflow() -> None:
    """Looks whether MLflow is here, without importing it.

    Raises:
        MissingExtra: it is not installed.
    """
    if find_spec("mlflow") is None:
        raise MissingExtra("mlflow", "mlflow")
