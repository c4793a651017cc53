"""Which layers and which pooling serve a linear classifier best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from headstart.models.view import View
from headstart.train.stacking import stack, stacked_out_of_fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float
    from torch import Tensor

    from headstart.train.held_out import HeldOut
    from headstart.train.judge import Judge

# Standard errors by which something else must beat what the base was trained for. Of several that
# are all as good, the best seems better by about one and a half.
NOISE = 2.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """Views whose linear classifiers are added up, often one alone.

    Args:
        views: what each classifier reads.
        shares: how much of each counts; one view has the share 1.
        strengths: penalty of each.
        log_probabilities: of each row, from fits that had not seen its cluster.
        found: what held-out rows say of each view that was tried, the best first.
    """

    views: tuple[View, ...]
    shares: tuple[float, ...]
    strengths: tuple[float, ...]
    log_probabilities: Float[Tensor, "rows classes"]
    found: Mapping[View, HeldOut]


def choose_view(judge: Judge, own: View, *, cuts: Sequence[int], poolings: Sequence[str] = ()) -> Choice:
    """The view of least log loss out of fold; the base's own where the difference is within noise.

    All cuts are tried with the base's own pooling, and other poolings at the best of them.

    Args:
        judge: cross-validates a view.
        own: what the base was trained for, or what was asked for.
        cuts: numbers of blocks to choose from.
        poolings: poolings to choose from beside the base's own.
    """
    standard = judge.fully(own)
    found = {own: standard}
    for cut in cuts:
        view = View(cut=cut, pooling=own.pooling)
        if view not in found:
            found[view] = judge.quickly(view, standard.strength)
    best = _best(found)
    for pooling in sorted(set(poolings) - {own.pooling}):
        view = View(cut=best.cut, pooling=pooling)
        found[view] = judge.quickly(view, standard.strength)
    best = _best(found)
    if judge.gain(standard.log_probabilities, found[best].log_probabilities) <= NOISE:
        best = own
    return Choice(
        views=(best,),
        shares=(1.0,),
        strengths=(found[best].strength,),
        log_probabilities=found[best].log_probabilities,
        found=dict(sorted(found.items(), key=lambda item: item[1].loss)),
    )


def mix(judge: Judge, choice: Choice, own: View) -> Choice:
    """The classifiers of all tried cuts, added up in shares found by stacking.

    The idea of a scalar mix (Peters et al. 2018, equation 1), applied to the logits of each layer:
    applied to the states, as there, it settled on one layer and foretold less.

    Args:
        judge: knows the rows.
        choice: holds what was tried.
        own: the view whose pooling and strength are the mix's.
    """
    found = {view: choice.found[view] for view in choice.found if view.pooling == own.pooling}
    found = {own: found[own], **found}
    outputs = torch.stack([each.log_probabilities for each in found.values()])
    targets, weights = (torch.from_numpy(each) for each in (judge.labelled.targets, judge.labelled.weights))
    return Choice(
        views=tuple(found),
        shares=tuple(stack(outputs, targets, weights).tolist()),
        strengths=tuple(each.strength for each in found.values()),
        log_probabilities=stacked_out_of_fold(outputs, targets, weights, held=judge.held),
        found=choice.found,
    )


def _best(found: Mapping[View, HeldOut]) -> View:
    return min(found, key=lambda view: found[view].loss)
