"""A combination as a candidate, so that it is raced, reported and shipped like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.combination import as_member
from headstart.core.plan import Candidate, Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.plan import Cost


def combined_candidate(
    combination: Mapping[str, Any], members: Sequence[Candidate], weights: Sequence[float], *, cost: Cost
) -> Candidate:
    """The candidate that several others make.

    Args:
        combination: the combination as a spec.
        members: what is combined, with the settings that their trials found.
        weights: the share of each, above nought.
        cost: of making the combination, its members being there.
    """
    bases = {each.base for each in members} - {None}
    told = [as_member(each.base, each.steps, weight) for each, weight in zip(members, weights, strict=True)]
    step = Step(use=combination["use"], params={**combination["params"], "members": told})
    return Candidate(
        base=bases.pop() if len(bases) == 1 else None,
        steps=(step,),
        cost=cost,
        why=registry.load("combine", combination["use"]).summary,
    )
