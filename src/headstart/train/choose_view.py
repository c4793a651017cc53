"""Which layers and which pooling serve a linear classifier best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from headstart.models.view import View
from headstart.train.stacking import stack, stacked_out_of_fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from torch import Tensor

    from headstart.train.held_out import HeldOut
    from headstart.train.judge import Judge

MIX = "mix"
# Standard errors by which something else must beat what the base was trained for. Of several that
# are all as good, the best seems better by about one and a half.
NOISE = 2.0


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Views whose linear classifiers are added up; mostly one.

    Args:
        views: what each classifier reads.
        shares: how much of each counts; one view has the share 1.
        strengths: penalty of each.
    """

    views: tuple[View, ...]
    shares: tuple[float, ...]
    strengths: tuple[float, ...]


def choose_view(
    judge: Judge, own: View, *, cuts: Sequence[int], poolings: Sequence[str] = (), mixed: Sequence[int] = ()
) -> Choice:
    """What has the least log loss out of fold, the simpler where the difference is within noise.

    All cuts are tried with the base's own pooling, and other poolings at the best of them. A mix adds
    up the classifiers of several cuts (the idea of a scalar mix, Peters et al. 2018, equation 1,
    applied to the logits of each layer, whose shares are found by stacking).

    Args:
        judge: cross-validates a view.
        own: what the base was trained for, or what was asked for.
        cuts: numbers of blocks to choose from.
        poolings: poolings to choose from beside the base's own.
        mixed: numbers of blocks of the mix that may be chosen; none without.
    """
    standard = judge.fully(own)
    found = {own: standard} | _others(judge, own, cuts, standard.strength)
    best_cut = _best(found).cut
    for pooling in sorted(set(poolings) - {own.pooling}):
        view = View(cut=best_cut, pooling=pooling)
        found[view] = judge.quickly(view, standard.strength)
    best = _best(found)
    if judge.gain(standard.log_probabilities, found[best].log_probabilities) <= NOISE:
        best = own
    if len(mixed) > 1:
        parts = {view: found[view] for view in found if view.pooling == own.pooling and view.cut in mixed}
        if judge.gain(found[best].log_probabilities, _honest(judge, parts)) > NOISE:
            return _mixed(judge, parts)
    return Choice(views=(best,), shares=(1.0,), strengths=(found[best].strength,))


def mix_views(judge: Judge, own: View, *, mixed: Sequence[int]) -> Choice:
    """The mix, chosen or not.

    Args:
        judge: cross-validates a view.
        own: what the base was trained for.
        mixed: numbers of blocks of the mix.
    """
    standard = judge.fully(own)
    return _mixed(judge, {own: standard} | _others(judge, own, mixed, standard.strength))


def _others(judge: Judge, own: View, cuts: Sequence[int], strength: float) -> dict[View, HeldOut]:
    """The same pooling at other cuts."""
    views = [View(cut=cut, pooling=own.pooling) for cut in cuts if cut != own.cut]
    return {view: judge.quickly(view, strength) for view in views}


def _best(found: dict[View, HeldOut]) -> View:
    return min(found, key=lambda view: found[view].loss)


def _mixed(judge: Judge, found: dict[View, HeldOut]) -> Choice:
    outputs, targets, weights = _together(judge, found)
    return Choice(
        views=tuple(found),
        shares=tuple(stack(outputs, targets, weights).tolist()),
        strengths=tuple(each.strength for each in found.values()),
    )


def _honest(judge: Judge, found: dict[View, HeldOut]) -> Float[Tensor, "rows classes"]:
    return stacked_out_of_fold(*_together(judge, found), held=judge.held)


def _together(judge: Judge, found: dict[View, HeldOut]) -> tuple[Tensor, Tensor, Tensor]:
    rows = judge.labelled
    outputs = torch.stack([each.log_probabilities for each in found.values()])
    return outputs, torch.from_numpy(rows.targets), torch.from_numpy(rows.weights)
