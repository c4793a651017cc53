"""The ladder: baselines first, then adaptations from the cheapest, as far as time allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headstart.core.metric import Metric
    from headstart.core.plan import Candidate, Plan
    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session


@dataclass(frozen=True, kw_only=True)
class Climbed:
    """The trials of a run.

    Args:
        baselines: trial of each baseline by name, whatever its status.
        candidates: trials of the adaptations in the order they were made.
        untouched: trial of the first rung, which stands for the untouched base.
    """

    baselines: dict[str, Trial]
    candidates: tuple[Trial, ...]
    untouched: Trial | None

    @property
    def all(self) -> tuple[Trial, ...]:
        """Every trial once."""
        found = {trial.key: trial for trial in (*self.baselines.values(), *self.candidates)}
        if self.untouched is not None:
            found.setdefault(self.untouched.key, self.untouched)
        return tuple(found.values())


def climb(session: Session, plan: Plan, first_rung: Candidate | None) -> Climbed:
    """Fits what the plan lists; what can't finish in time is skipped and says so."""
    done: list[Trial] = []

    def attempt(candidate: Candidate, *, checked: bool) -> Trial:
        reserve = session.reserve
        fits_s = [trial.cost.seconds for trial in done if trial.cost and trial.status == "done"]
        kept_s = reserve.end_s([*fits_s, candidate.cost.seconds])
        trial = session.fit(candidate, reserve_s=kept_s - (0.0 if checked else reserve.check_s))
        done.append(trial)
        return trial

    # A verdict needs its baselines and one adaptation more than the second check in a new process.
    baselines = {each.name: attempt(each, checked=False) for each in plan.baselines}
    candidates: list[Trial] = []
    for each in plan.candidates:
        candidates.append(attempt(each, checked=any(trial.status == "done" for trial in candidates)))
    untouched = None
    if first_rung is not None:
        known = [trial for trial in candidates if trial.candidate == first_rung]
        untouched = known[0] if known else attempt(first_rung, checked=True)
    return Climbed(baselines=baselines, candidates=tuple(candidates), untouched=untouched)


def best(trials: Iterable[Trial], metric: Metric) -> Trial | None:
    """The finished trial with the best dev score, the cheaper one of equals; None without any."""
    sign = 1 if metric.greater_is_better else -1
    finished = [
        trial for trial in trials if trial.dev_score is not None and trial.dev_score == trial.dev_score
    ]
    return max(finished, key=lambda trial: (sign * (trial.dev_score or 0.0), -_seconds(trial)), default=None)


def _seconds(trial: Trial) -> float:
    return trial.cost.seconds if trial.cost else 0.0
