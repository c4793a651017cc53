"""What must hold of the first step of a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.errors import TrainingError
from headstart.train.lazy_rows import gradient_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from headstart.core.examples import Examples
    from headstart.models.batching import Batch
    from headstart.train.groups import Group


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstStep:
    """Weights as they were before the first step.

    Args:
        moving: for each group, the weight with the greatest gradient, a copy of its values, and the rate of
            the step.
        resting: frozen weights and a sum of their values.
    """

    moving: tuple[tuple[str, nn.Parameter, Tensor, float], ...]
    resting: tuple[tuple[nn.Parameter, Tensor], ...]

    @classmethod
    def before(
        cls, groups: Sequence[Group], frozen: Sequence[nn.Parameter], *, factor: float = 1.0
    ) -> FirstStep:
        """After the backward pass and before the step.

        Args:
            groups: weights that learn.
            frozen: weights that must not.
            factor: what their rates are multiplied by in the step.

        Raises:
            TrainingError: a group of weights gets no gradient, or one that is not finite.
        """
        moving = []
        for group in groups:
            steepest = max(group.parameters, key=_steepness)
            steepness = _steepness(steepest)
            if steepness == 0.0:
                raise TrainingError(f"the weights of {group.name} get no gradient, so they would never learn")
            if steepness == float("inf"):
                raise TrainingError(f"the gradient of {group.name} is not finite in the first step")
            moving.append((group.name, steepest, steepest.detach().clone(), factor * group.rate))
        return cls(moving=tuple(moving), resting=tuple((each, _sum(each)) for each in frozen))

    def after(self) -> None:
        """After the step.

        Raises:
            TrainingError: weights that should learn stood still, or frozen ones moved.
        """
        for name, parameter, values, rate in self.moving:
            if torch.equal(parameter, values) and not _rounded_away(values, rate):
                raise TrainingError(f"the weights of {name} stood still in the first step")
            if not bool(torch.isfinite(parameter).all()):
                raise TrainingError(f"the weights of {name} are not finite after the first step")
        if any(not torch.equal(_sum(each), before) for each, before in self.resting):
            raise TrainingError("frozen weights moved in the first step")


def check_labels(batch: Batch, examples: Examples, index: Sequence[int]) -> None:
    """Each example of a batch stands beside its own target.

    Raises:
        TrainingError: they do not line up.
    """
    if batch.targets is None or examples.targets is None:
        raise TrainingError("the examples to train on have no targets")
    for place, position in enumerate(index):
        tokens = examples.tokens[examples.offsets[position] : examples.offsets[position + 1]]
        same = batch.tokens[place][batch.mask[place]].tolist() == tokens.tolist()
        if not same or not _targets_match(batch, examples, place, position):
            raise TrainingError(f"example {position} does not stand beside its own target in the batch")


def _targets_match(batch: Batch, examples: Examples, place: int, position: int) -> bool:
    assert batch.targets is not None
    assert examples.targets is not None
    if examples.target_offsets is not None:
        edges = examples.target_offsets
        written = examples.targets[int(edges[position]) : int(edges[position + 1])].tolist()
        return bool(batch.targets[place][: len(written)].tolist() == written)
    told, own = batch.targets[place], torch.from_numpy(np.asarray(examples.targets[position]))
    if examples.by_token:
        stretch = slice(int(examples.offsets[position]), int(examples.offsets[position + 1]))
        told, own = told[batch.mask[place]], torch.from_numpy(examples.targets[stretch])
    return bool(torch.equal(told.cpu(), own.to(told.dtype)))


def check_loss(loss: Tensor) -> None:
    """A loss is a number.

    Raises:
        TrainingError: it is not finite.
    """
    if not bool(torch.isfinite(loss)):
        raise TrainingError(
            f"the loss is {float(loss.detach())}; a lower learning_rate, or precision float32, may help"
        )


def _steepness(parameter: nn.Parameter) -> float:
    if parameter.grad is None:
        return 0.0
    values = gradient_values(parameter.grad)
    greatest = float(values.abs().max()) if values.numel() else 0.0
    return min(float("inf"), greatest)


def _rounded_away(values: Tensor, rate: float) -> bool:
    """Whether a step of this rate, as Adam takes it, is too small for any of these values to show it.

    So it may be at the start of a long warm-up, on the weights of a norm, which are all about one.
    """
    spacing = torch.finfo(values.dtype).eps * float(values.abs().min())
    return 0.0 < rate < spacing


def _sum(parameter: nn.Parameter) -> Tensor:
    return parameter.detach().double().sum()
