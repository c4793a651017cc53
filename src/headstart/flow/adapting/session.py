"""A run at work: its folder, its worker, its clock, and the fits it has seen."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.caps import Caps
from headstart.core.plan import Candidate, Cost
from headstart.core.portion import Portion
from headstart.core.trial import MEMBER, Trial
from headstart.flow.adapting.note_cost import note_cost
from headstart.flow.adapting.obstacle import GRACE_S, obstacle
from headstart.flow.adapting.reserve import Reserve
from headstart.flow.adapting.watching.curve import read_curve
from headstart.flow.adapting.watching.events import Ended, title
from headstart.race.folder import read_json
from headstart.wording import fit_label, members_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headstart.core.machine import Machine
    from headstart.core.metric import Metric
    from headstart.core.split import Dataset
    from headstart.flow.adapting.display import Display
    from headstart.race.clock import Clock
    from headstart.race.folder import RunFolder
    from headstart.race.worker import Worker

ALL = Portion()
SEEDS_APART = 7919


@dataclass(kw_only=True)
class Session:
    """What every step of a run needs.

    Args:
        folder: the run's folder.
        worker: runs the fits.
        clock: seconds spent and left.
        display: shows progress.
        machine: device and precision of the fits.
        dataset: the rows; test rows leave this process for the evaluation only.
        metric: what decides.
        others: further metrics for the record, by name.
        seed: owns all randomness.
        wish: how labels should be given, as plain values.
        cache: folder of the feature cache.
        history: folder in which costs of finished trials are kept for later predictions.
        caps: bounds on what ships.
        rungs: rungs of the race.
    """

    folder: RunFolder
    worker: Worker
    clock: Clock
    display: Display
    machine: Machine
    dataset: Dataset
    metric: Metric
    others: Mapping[str, Metric]
    seed: int
    wish: Mapping[str, Any]
    cache: Path | None
    history: Path | None = None
    caps: Caps = field(default_factory=Caps)
    rungs: int = 1

    @property
    def reserve(self) -> Reserve:
        """What the end of the run will take."""
        return Reserve(import_s=self.worker.imported_s, test_rows=len(self.dataset.test))

    def fit(
        self,
        candidate: Candidate,
        *,
        reserve_s: float,
        role: str = "trial",
        portion: Portion = ALL,
        decision: Mapping[str, Any] | None = None,
    ) -> Trial:
        """Fits a candidate in a worker unless an earlier process of this run has done so.

        Args:
            candidate: what to fit, with what this fit should cost.
            reserve_s: seconds that have to be left when it ends.
            role: on which rows, see `Trial`; those of a share have to lie in the work folder.
            portion: for a trial, which rows.
            decision: for a refit, the rule that its trials found.
        """
        trial = self.begun(candidate, role=role, portion=portion, decision=decision)
        job, known = "headstart.flow.adapting.fit:fit", self._finished(trial) is not None
        ended = self.made(trial, job, {**self.request(trial), "decision": decision}, reserve_s=reserve_s)
        if not known:
            note_cost(self, ended)
        return ended

    def combine(
        self,
        candidate: Candidate,
        models: Sequence[Trial],
        *,
        reserve_s: float,
        role: str = "trial",
        decision: Mapping[str, Any],
    ) -> Trial:
        """Makes one model of several fitted ones, as a fit of the candidate that says how.

        Args:
            candidate: the combination, its members and their shares.
            models: the fit of each member, in that order.
            reserve_s: seconds that have to be left when it ends.
            role: on which rows the members were fitted, see `Trial`.
            decision: the rule that the choice of the members found.
        """
        step = candidate.steps[-1]
        own = {name: value for name, value in step.params.items() if name != "members"}
        request = {
            "work": str(self.folder.work),
            "combination": {"use": step.use, "params": own},
            "models": [str(self.model_of(each)) for each in models],
            "weights": [weight for _, weight in members_of(candidate)],
            "metric": registry.spec(self.metric),
            "role": role,
            "wish": self.wish,
            "decision": decision,
        }
        trial = self.begun(candidate, role=role, portion=ALL, decision=decision)
        return self.made(trial, "headstart.flow.adapting.combining:combine", request, reserve_s=reserve_s)

    def made(self, trial: Trial, job: str, request: dict[str, Any], *, reserve_s: float) -> Trial:
        """The trial as it went, unless an earlier process of this run has finished it."""
        rung, fold = self._place(trial)
        if (known := self._finished(trial)) is not None:
            self.display.tell(Ended(trial=known, earlier=True, rung=rung, fold=fold))
            return known
        left_s = self.clock.left_s - reserve_s
        if reason := obstacle(trial.candidate, left_s, refit=trial.role == "refit"):
            return self._ended(replace(trial, message=reason))
        place = self.folder.trials / trial.key
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        told = {"folder": str(place), "left_s": None if left_s == float("inf") else left_s - GRACE_S}
        begin = self.display.begin
        end = self.worker.run(
            job,
            {**request, **told},
            stderr=place / "stderr.txt",
            deadline=self.clock.deadline(reserve_s),
            progress=begin(trial.candidate, role=trial.role, rung=rung, fold=fold, rungs=self.rungs),
        )
        # On an accelerator its memory is what is short, and what was predicted.
        held = self.outcome(trial).get("device_bytes", end.peak_bytes)
        cost = Cost(seconds=end.seconds, peak_bytes=held)
        ended = replace(trial, status=end.status, cost=cost, message=end.message, starved=end.starved)
        return self._ended(self._with_outcome(ended))

    def ask(self, job: str, request: Mapping[str, Any], *, place: Path, title: str, reserve_s: float) -> bool:
        """Lets a worker do something that is no fit; whether it ended well and in time.

        Args:
            job: as `module:function`.
            request: what it is told; its folder beside that.
            place: an empty folder for what it leaves.
            title: what a person reads.
            reserve_s: seconds that have to be left when it ends.
        """
        place.mkdir(parents=True, exist_ok=True)
        with self.display.step(title, 0.0) as progress:
            end = self.worker.run(
                job,
                {**request, "folder": str(place)},
                stderr=place / "stderr.txt",
                deadline=self.clock.deadline(reserve_s),
                progress=progress,
            )
        if end.status == "failed":
            self.display.say(f"{title} failed: {end.message}")
        return end.status == "done"

    def known(
        self,
        candidate: Candidate,
        *,
        role: str,
        portion: Portion = ALL,
        decision: Mapping[str, Any] | None = None,
    ) -> Trial | None:
        """The fit of a candidate that this process or an earlier one of this run has finished."""
        return self._finished(self.begun(candidate, role=role, portion=portion, decision=decision))

    def begun(
        self, candidate: Candidate, *, role: str, portion: Portion, decision: Mapping[str, Any] | None
    ) -> Trial:
        """A trial of which nothing is known but what it is going to be."""
        told: list[Any] = [candidate.base, [asdict(step) for step in candidate.steps], role, asdict(portion)]
        told += [decision, self.seed, self.dataset.sha256]
        key = hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]
        return Trial(key=key, candidate=candidate, role=role, portion=portion, status="skipped")

    def _finished(self, trial: Trial) -> Trial | None:
        kept = trial.role == MEMBER or (self.model_of(trial) / "bundle.json").exists()
        if not self.outcome(trial) or not kept:
            return None
        for record in self.folder.records():
            if record.get("key") == trial.key and record.get("status") == "done":
                return self._with_outcome(replace(trial, status="done", cost=Cost(**record["cost"])))
        return None

    def test(self, trials: Sequence[Trial], *, reserve_s: float) -> None:
        """Predicts the sealed rows in another process, with one model or several that can read together.

        What fails or is out of time is in the log, and `tested` gives nothing of it.

        Raises:
            WorkerError: the process died without an answer.
        """
        if not (left := [each for each in trials if not self.tested(each)]):
            return
        places = [self.folder.trials / each.key for each in left]
        named = ", ".join(fit_label(each.candidate) for each in left)
        with self.display.step(title("test", named), 0.0) as progress:
            end = self.worker.run(
                "headstart.flow.adapting.test:test",
                {"folders": [*map(str, places)], "rows": str(self.folder.work / "test.parquet")},
                stderr=places[0] / "stderr.txt",
                deadline=self.clock.deadline(reserve_s),
                progress=progress,
            )
        if end.status != "done":
            self.display.say(f"{named} could not be tested: {end.message}")
            for each in left:
                self._note(replace(each, role="test", status=end.status, message=end.message))

    def model_of(self, trial: Trial) -> Path:
        """Folder of the model that a fit left."""
        return self.folder.trials / trial.key / "model"

    def outcome(self, trial: Trial) -> dict[str, Any]:
        """What a fit measured, or nothing when it did not finish."""
        return read_json(self.folder.trials / trial.key / "outcome.json") or {}

    def tested(self, trial: Trial) -> dict[str, Any]:
        """Size and latency of a tested model, or nothing when it was not tested."""
        return read_json(self.folder.trials / trial.key / "test.json") or {}

    def request(self, trial: Trial) -> dict[str, Any]:
        """What a worker is told of a fit, as plain values."""
        portion = trial.portion
        return {
            "work": str(self.folder.work),
            "task": registry.spec(self.dataset.split.task),
            "base": trial.candidate.base,
            "steps": [asdict(step) for step in trial.candidate.steps],
            "metric": registry.spec(self.metric),
            "role": trial.role,
            "portion": asdict(portion),
            # Folds differ in what chance does as well as in rows.
            "seed": self.seed + SEEDS_APART * (portion.fold + portion.folds * portion.repeat),
            "rows_seed": self.seed,
            "device": self.machine.device,
            "precision": self.machine.precision,
            "cache": str(self.cache) if self.cache else None,
            "wish": self.wish,
        }

    def _with_outcome(self, trial: Trial) -> Trial:
        outcome = self.outcome(trial)
        if trial.status != "done" or not outcome:
            return trial
        return replace(trial, dev_score=outcome["dev_score"], chosen=outcome["chosen"])

    def _ended(self, trial: Trial) -> Trial:
        rung, fold = self._place(trial)
        self.display.tell(Ended(trial=trial, curve=read_curve(self.outcome(trial)), rung=rung, fold=fold))
        return self._note(trial)

    def _place(self, trial: Trial) -> tuple[int | None, int | None]:
        """Rung and fold as people count them, where the race has several; the step of a member."""
        if trial.step:
            return trial.step, None
        portion = trial.portion
        rung = self.rungs if portion.whole else 1
        fold = portion.fold + 1 + portion.folds * portion.repeat
        return rung if self.rungs > 1 else None, fold if fold > 1 else None

    def _note(self, trial: Trial) -> Trial:
        rung, fold = self._place(trial) if trial.role == "trial" else (None, None)
        places = {name: at for name, at in (("rung", rung), ("fold", fold)) if at is not None}
        self.folder.append({**asdict(trial), **places})
        self.clock.keep()
        return trial
