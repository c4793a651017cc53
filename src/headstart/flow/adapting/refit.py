"""The winner and all that it is compared with, fitted once more on identical rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from headstart.core.curve import Curve
from headstart.evaluation.refit_range import refit_in_range
from headstart.flow.adapting.closing import closing_s, refits_s
from headstart.flow.adapting.evidence import Evidence
from headstart.flow.adapting.mean_of_fits import mean_of_fits
from headstart.wording import members_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from headstart.core.trial import Trial
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.session import Session


@dataclass(frozen=True, kw_only=True)
class Refits:
    """What is tested.

    Args:
        fitted: the fit that stands for each entrant, by its name in the evaluation.
        made: all fits that it took.
        notes: what a person should know of them.
    """

    fitted: Mapping[str, Trial]
    made: tuple[Trial, ...] = ()
    notes: tuple[str, ...] = ()


def refit(session: Session, entrants: Mapping[str, Entrant]) -> Refits:
    """Fits entrants on all rows but the sealed ones, with the settings and decisions their trials found.

    Where there is no time for that, all stand as they were fitted on the train rows. A refit whose
    training loss is out of the range of the folds' fits did not go as they did, and the best of those
    stands in its place.

    Args:
        session: the run at work.
        entrants: the winner, the untouched base and the baselines, each with a trial.
    """
    as_tried = {name: each.trial for name, each in entrants.items() if each.trial}
    once = {trial.key: entrants[name] for name, trial in as_tried.items() if not entrants[name].ready}
    kept_s = closing_s(session, entrants.values())
    if refits_s(session, once.values()) + kept_s > session.clock.left_s:
        return Refits(fitted=as_tried)
    evidence = Evidence(session=session)
    refitter = _Refitter(session=session, evidence=evidence, reserve_s=kept_s, made=[], notes=[])
    refits: dict[str, Trial] = {}
    for key, entrant in once.items():
        refits[key] = refitter.of(entrant)
        if refits[key].status != "done":
            return Refits(fitted=as_tried, made=tuple(refitter.made))
    fitted = {name: refits.get(trial.key, trial) for name, trial in as_tried.items()}
    return Refits(fitted=fitted, made=tuple(refitter.made), notes=tuple(refitter.notes))


@dataclass(frozen=True, kw_only=True)
class _Refitter:
    session: Session
    evidence: Evidence
    reserve_s: float
    made: list[Trial]
    notes: list[str]

    def of(self, entrant: Entrant) -> Trial:
        """The fit that stands for an entrant."""
        if entrant.members:
            self.made.append(self._joined(entrant))
            return self.made[-1]
        decision = asdict(self.evidence.of(entrant).decision)
        trial = self.session.fit(entrant.settled(), reserve_s=self.reserve_s, role="refit", decision=decision)
        self.made.append(trial)
        return self._averaged(entrant, self._sound(entrant, trial), decision)

    def _averaged(self, entrant: Entrant, trial: Trial, decision: Mapping[str, Any]) -> Trial:
        """The mean of a refit and the fits of its folds, where that makes sense and there is time for it."""
        if trial.status != "done":
            return trial
        mean = mean_of_fits(self.session, entrant, trial, decision=decision, reserve_s=self.reserve_s)
        if mean is None:
            return trial
        self.made.append(mean)
        self.notes.append(
            f"{entrant.candidate.label} is tested as the mean of the weights of "
            f"{len(members_of(mean.candidate))} fits: one network, no larger and no slower than one of them."
        )
        return mean

    def _joined(self, entrant: Entrant) -> Trial:
        assert entrant.decision is not None
        members = []
        for each in entrant.members:
            members.append(self.of(each))
            if members[-1].status != "done":
                return members[-1]
        return self.session.combine(
            entrant.candidate, members, reserve_s=self.reserve_s, role="refit", decision=entrant.decision
        )

    def _sound(self, entrant: Entrant, trial: Trial) -> Trial:
        loss = self._loss(trial)
        if trial.status != "done" or loss is None:
            return trial
        folds = [found for each in entrant.done if (found := self._loss(each)) is not None]
        if refit_in_range(folds, loss):
            return trial
        sign = 1.0 if self.session.metric.greater_is_better else -1.0
        best = max(entrant.done, key=lambda each: sign * (each.dev_score or 0.0))
        self.notes.append(
            f"The refit of {entrant.candidate.label} ended with a training loss of {loss:.3g}, out of the "
            f"range of its {len(folds)} folds ({min(folds):.3g} to {max(folds):.3g}); the best of these "
            "stands in its place."
        )
        return best

    def _loss(self, trial: Trial) -> float | None:
        return Curve.of(self.session.outcome(trial).get("curve")).train_loss
