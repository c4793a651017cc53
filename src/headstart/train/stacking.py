"""Several classifiers of the same rows, added up so that held-out rows are predicted best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor

# Pull of the logarithms of the shares towards those of equal shares: a few rows settle little.
PULL = 1e-3
MOST_STEPS, MOST_HALVINGS = 50, 20
TOLERANCE = 1e-8


def stack(
    log_probabilities: Float[Tensor, "models rows classes"],
    targets: Int[Tensor, " rows"],
    weights: Float[Tensor, " rows"],
) -> Float[Tensor, " models"]:
    """Positive shares of the models' log-probabilities whose sum gives the rows the least log loss.

    Stacked generalisation with positive shares (Wolpert 1992; Breiman 1996, section 2): what it
    is given has to come from models that had not seen the rows. Minimised by Newton's method over the
    logarithms of the shares.

    Args:
        log_probabilities: what each model says of each row.
        targets: class of each row.
        weights: how much each row counts.
    """
    outputs = log_probabilities.double()
    counts = weights.double() / weights.sum()
    equal = torch.full((len(outputs),), 1.0 / len(outputs), dtype=torch.float64).log()
    point = equal
    value = _value(point, outputs, targets, counts, equal)
    for _ in range(MOST_STEPS):
        step, fall = _newton(point, outputs, targets, counts, equal)
        if fall <= TOLERANCE:
            break
        for halving in range(MOST_HALVINGS):
            new_point = point + step / 2**halving
            new_value = _value(new_point, outputs, targets, counts, equal)
            if new_value < value:
                break
        else:
            break
        point, value = new_point, new_value
    return point.exp().float()


def stacked_out_of_fold(
    log_probabilities: Float[Tensor, "models rows classes"],
    targets: Int[Tensor, " rows"],
    weights: Float[Tensor, " rows"],
    *,
    held: Int[Tensor, " rows"],
) -> Float[Tensor, "rows classes"]:
    """Log-probabilities of each row by shares that other folds found, so that few rows fool nobody."""
    found = torch.empty_like(log_probabilities[0])
    for fold in range(int(held.max()) + 1):
        inside, outside = held == fold, held != fold
        shares = stack(log_probabilities[:, outside], targets[outside], weights[outside])
        mixed = torch.einsum("m,mrc->rc", shares.to(found.dtype), log_probabilities[:, inside])
        found[inside] = torch.log_softmax(mixed, dim=1)
    return found


def _value(point: Tensor, outputs: Tensor, targets: Tensor, counts: Tensor, equal: Tensor) -> Tensor:
    mixed = torch.einsum("m,mrc->rc", point.exp(), outputs)
    losses = torch.nn.functional.cross_entropy(mixed, targets, reduction="none")
    return (losses * counts).sum() + PULL * (point - equal).square().sum()


def _newton(
    point: Tensor, outputs: Tensor, targets: Tensor, counts: Tensor, equal: Tensor
) -> tuple[Float[Tensor, " models"], float]:
    """The step to the minimum of the convex part of the local parabola, and how far that lies below."""
    shares = point.exp()
    powers = torch.einsum("m,mrc->rc", shares, outputs).softmax(dim=1)
    expected = torch.einsum("mrc,rc->mr", outputs, powers)
    right = outputs[:, torch.arange(len(targets)), targets]
    slope = shares * ((expected - right) @ counts)
    spread = (outputs - expected[..., None]) * (powers * counts[:, None]).sqrt()
    flat = spread.flatten(1)
    curvature = shares[:, None] * (flat @ flat.T) * shares + torch.diag(slope.clamp_min(0) + 2 * PULL)
    slope = slope + 2 * PULL * (point - equal)
    step = -torch.linalg.solve(curvature, slope)
    return step, float(-(slope @ step)) / 2
