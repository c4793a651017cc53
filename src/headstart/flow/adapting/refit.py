"""The winner and all that it is compared with, fitted once more on identical rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from headstart.core.curve import Curve
from headstart.evaluation.refit_range import refit_in_range
from headstart.flow.adapting.closing import SLACK, closing_s, refits_s
from headstart.flow.adapting.evidence import Evidence
from headstart.flow.adapting.mean_of_fits import mean_of_fits
from headstart.wording import WINNER, fit_label, members_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.trial import Trial
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.session import Session


_STAND = "all that was tested stands as it was fitted on the train rows"
_AS_TRIED = f"There was no time to fit anything again on train and dev rows: {_STAND}."


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

    Where there is no time for that, all stand as they were fitted on the train rows. What an earlier process
    of this run has refitted takes none. A refit whose training loss is out of the range of the folds' fits
    did not go as they did, and the best of those stands in its place.

    Args:
        session: the run at work.
        entrants: the winner, the untouched base and the baselines, each with a trial.
    """
    as_tried = {name: each.trial for name, each in entrants.items() if each.trial}
    once = {trial.key: entrants[name] for name, trial in as_tried.items() if not entrants[name].ready}
    kept_s = closing_s(session, list(entrants.values()), ships=entrants.get(WINNER))
    refitter = _Refitter(session=session, evidence=Evidence(session=session), reserve_s=kept_s)
    left = [each for entrant in once.values() for each in refitter.left(entrant)]
    if left and refits_s(session, left) + kept_s > session.clock.left_s:
        return Refits(fitted=as_tried, notes=(_AS_TRIED,))
    refits: dict[str, Trial] = {}
    for key, entrant in once.items():
        later = list(once.values())[len(refits) + 1 :]
        refits[key] = refitter.of(entrant, later=later)
        if refits[key].status != "done":
            return Refits(fitted=as_tried, made=tuple(refitter.made), notes=(_failed(entrant, refits[key]),))
    fitted = {name: refits.get(trial.key, trial) for name, trial in as_tried.items()}
    return Refits(fitted=fitted, made=tuple(refitter.made), notes=tuple(refitter.notes))


def _failed(entrant: Entrant, trial: Trial) -> str:
    said = trial.message.rstrip(".")
    return f"{fit_label(entrant.candidate)} could not be fitted on train and dev rows ({said}); {_STAND}."


@dataclass(frozen=True, kw_only=True)
class _Refitter:
    session: Session
    evidence: Evidence
    reserve_s: float
    made: list[Trial] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def left(self, entrant: Entrant) -> list[Entrant]:
        """What of an entrant no earlier process of this run has refitted: itself, or some of its members."""
        if entrant.members:
            return [found for each in entrant.members for found in self.left(each)]
        known = self.session.known(entrant.settled(), role="refit", decision=self._decision(entrant))
        return [] if known else [entrant]

    def of(self, entrant: Entrant, *, later: Sequence[Entrant]) -> Trial:
        """The fit that stands for an entrant.

        Args:
            entrant: what is refitted.
            later: what is still to be refitted after it.
        """
        if entrant.members:
            self.made.append(self._joined(entrant, later))
            return self.made[-1]
        decision = self._decision(entrant)
        trial = self.session.fit(entrant.settled(), reserve_s=self.reserve_s, role="refit", decision=decision)
        self.made.append(trial)
        return self._averaged(entrant, self._sound(entrant, trial), later)

    def _decision(self, entrant: Entrant) -> dict[str, Any]:
        """The rule that all its trials lead to."""
        key = entrant.done[0].key
        if key not in self.decisions:
            self.decisions[key] = asdict(self.evidence.of(entrant).decision)
        return self.decisions[key]

    def _averaged(self, entrant: Entrant, trial: Trial, later: Sequence[Entrant]) -> Trial:
        """The mean of a refit and the fits of its folds, where that makes sense and there is time for it."""
        if trial.status != "done":
            return trial
        left = [found for each in later for found in self.left(each)]
        mean = mean_of_fits(
            self.session,
            entrant,
            trial,
            decision=self._decision(entrant),
            reserve_s=self.reserve_s + SLACK * refits_s(self.session, left),
        )
        if mean is None:
            return trial
        self.made.append(mean)
        self.notes.append(
            f"{entrant.candidate.label} is tested as the mean of the weights of "
            f"{len(members_of(mean.candidate))} fits: one network, no larger and no slower than one of them."
        )
        return mean

    def _joined(self, entrant: Entrant, later: Sequence[Entrant]) -> Trial:
        assert entrant.decision is not None
        members: list[Trial] = []
        for each in entrant.members:
            members.append(self.of(each, later=[*entrant.members[len(members) + 1 :], *later]))
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
