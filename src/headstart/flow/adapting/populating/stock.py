"""What the members of a population are made of: an entrant whose settings may change on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.knob import knobs, search_space
from headstart.flow.adapting.populating.size import FEWEST_STEPS, Pace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.course import Course
    from headstart.core.knob import Knob
    from headstart.core.plan import Candidate
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.proposing import Vary

# A fit does something beside its passes, whatever is predicted of these.
MOST_PASSES = 0.95


@dataclass(frozen=True, kw_only=True)
class Stock:
    """An entrant, and what of it may change between two passes.

    Args:
        entrant: whose strategy and settings members have, apart from those searched.
        passes: passes of its training.
        space: the settings that are searched, its own being their defaults.
        vary: makes a candidate of other parameters.
    """

    entrant: Entrant
    passes: int
    space: tuple[Knob, ...]
    vary: Vary

    @property
    def own(self) -> dict[str, Any]:
        """The entrant's settings, of those that are searched."""
        return {each.name: each.default for each in self.space}

    def candidate(self, start: Mapping[str, Any], course: Course) -> Candidate:
        """A member from its first pass to its last."""
        planned = self.entrant.candidate
        changed = {"epochs": self.passes, **start, **({"course": course} if course else {})}
        return self.vary(planned, {**planned.steps[-1].params, **changed})

    @property
    def pace(self) -> Pace:
        """What such a training takes: passes as predicted, corrected by what the entrant's own fits took.

        Its first fit read texts whose features were kept from then on; later ones tell what is left to do.
        """
        params = {**self.entrant.candidate.steps[-1].params}
        predicted_s, once_s = (
            self.vary(self.entrant.candidate, {**params, "epochs": passes}).cost.seconds
            for passes in (self.passes, 0)
        )
        later = [each.cost.seconds for each in self.entrant.done if each.cost and each.portion.fold]
        whole_s = median(later) if later else self.entrant.seconds
        share = (predicted_s - once_s) / max(predicted_s, 1e-9)
        passes_s = min(share * self.entrant.seconds, MOST_PASSES * whole_s)
        return Pace(passes=self.passes, pass_s=passes_s / self.passes, once_s=whole_s - passes_s)


def stock_of(entrant: Entrant, *, kin: Sequence[Entrant], vary: Vary) -> Stock | None:
    """What members of an entrant's strategy are made of; None where they can't be.

    Args:
        entrant: a finalist.
        kin: entrants of its strategies on its base, the planned one first: what that says is not searched.
        vary: makes a candidate of other parameters.
    """
    step, trial = entrant.candidate.steps[-1], entrant.trial
    plugin = registry.load("strategies", step.use)
    if "course" not in {each.name for each in knobs(plugin)} or trial is None:
        return None
    # A training that ends for want of progress has no length of which its members could have shares.
    fixed = step.params.get("patience") is None and not step.params.get("course")
    # Members start from the base.
    fixed = fixed and len(entrant.candidate.steps) == 1
    passes = int(trial.chosen.get("epochs", 0))
    if not fixed or passes < FEWEST_STEPS:
        return None
    said = kin[0].candidate.steps[-1].params
    space = tuple(
        replace(each, default=step.params.get(each.name, each.default))
        for each in search_space(plugin)
        if each.live and each.name not in said and _serves(each, entrant.candidate, vary)
    )
    return Stock(entrant=entrant, passes=passes, space=space, vary=vary) if space else None


def _serves(knob: Knob, candidate: Candidate, vary: Vary) -> bool:
    """Whether a setting can be made on this task at all."""
    value = knob.choices[-1] if knob.choices else knob.high
    return not vary(candidate, {**candidate.steps[-1].params, knob.name: value}).blocked
