"""The one training loop."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from headstart.models.batching import collate, token_batches
from headstart.train.budget import Budget
from headstart.train.half_weights import HalfWeights
from headstart.train.hook import Step
from headstart.train.invariants import FirstStep, check_labels, check_loss
from headstart.train.optimiser import Optimiser
from headstart.train.stream import shuffled_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from jaxtyping import Int
    from numpy import ndarray
    from torch import nn

    from headstart.core.context import Progress
    from headstart.core.deadline import Deadline
    from headstart.train.groups import Group
    from headstart.train.hook import Hook
    from headstart.train.recipe import Recipe
    from headstart.train.stream import Stream


@dataclass(frozen=True, kw_only=True)
class Pass:
    """One pass over the examples, or the part of it that there was time for.

    Args:
        epoch: passes done, this one included when it is whole.
        whole: whether all examples were seen.
        loss: mean loss over the examples seen of the first stream, the task's own; each as it was learnt
            from, so that it costs nothing.
        fraction: share of the training that is done.
    """

    epoch: int
    whole: bool
    loss: float
    fraction: float


@dataclass(kw_only=True, eq=False)
class Training:
    """Weights, what they learn from, and how far they are.

    Args:
        groups: weights that learn, if not all of them from the start.
        frozen: weights that must not.
        streams: what is learnt from in the epoch of that number; called at its start, it may also
            freeze and thaw weights of the groups.
        recipe: how it goes.
        weight_decay: pull towards zero on matrices.
        hooks: what happens beside the steps.
        pad: token id that fills batches.
        around: entered for each pass.
        backbone: weights of the network under the heads, which computes in the recipe's precision.
    """

    groups: Sequence[Group]
    frozen: Sequence[nn.Parameter]
    streams: Callable[[int], Sequence[Stream]]
    recipe: Recipe
    weight_decay: float = 0.01
    hooks: Sequence[Hook] = ()
    pad: int = 0
    around: Callable[[], AbstractContextManager[None]] = nullcontext
    backbone: Sequence[nn.Parameter] = ()

    def __post_init__(self) -> None:
        self._optimiser = Optimiser(self.groups, weight_decay=self.weight_decay, clip=self.recipe.clip)
        self._device = self._optimiser.parameters[0].device
        self._half = HalfWeights(self.backbone if self.recipe.precision == "bfloat16" else ())
        self._epoch = 0
        self._checked: set[frozenset[int]] = set()

    def run(
        self, deadline: Deadline, progress: Progress, *, reserve_s: Callable[[], float]
    ) -> Iterator[Pass]:
        """One pass at a time; ends after the recipe's epochs, or when the deadline is near.

        Rates follow the steps, or the time where that is going to end first.

        Args:
            deadline: when all must be over.
            progress: called after each step.
            reserve_s: seconds that must be left after the last step.

        Raises:
            TrainingError: the first step breaks an invariant, or the loss is no longer finite.
        """
        budget = Budget.from_now(lambda: deadline.left_s - reserve_s(), done=self.reached)
        while self._epoch < self.recipe.epochs:
            done = self._pass(budget, progress)
            self._epoch = done.epoch
            yield done
            if not done.whole:
                return

    @property
    def reached(self) -> float:
        """Share of the passes that are done."""
        return self._epoch / max(1, self.recipe.epochs)

    def retune(self, groups: Sequence[Group], *, weight_decay: float) -> None:
        """Goes on with other rates and another decay of the same weights, in the same order."""
        self.groups, self.weight_decay = groups, weight_decay
        self._optimiser.retune(groups, weight_decay=weight_decay)
        for hook in self.hooks:
            hook.retune(groups)

    def state(self) -> dict[str, Any]:
        """What `restore` needs, as plain values and tensors that share memory with the training."""
        return {
            "epoch": self._epoch,
            "optimiser": self._optimiser.state(),
            "weights": [each.detach() for each in self._optimiser.parameters],
            "hooks": [hook.state() for hook in self.hooks],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on after the pass at whose end `state` was taken; the order of examples is the same."""
        self._epoch = int(state["epoch"])
        self._optimiser.restore(state["optimiser"])
        with torch.no_grad():
            for parameter, values in zip(self._optimiser.parameters, state["weights"], strict=True):
                parameter.copy_(values)
        for hook, values in zip(self.hooks, state["hooks"], strict=True):
            hook.restore(values)

    def _pass(self, budget: Budget, progress: Progress) -> Pass:
        """Dropout draws from a generator seeded by recipe and epoch, and leaves the global one alone."""
        recipe = self.recipe
        rng = np.random.default_rng([recipe.seed, self._epoch])
        streams = self.streams(self._epoch)
        steps = shuffled_steps(streams, batch_size=recipe.batch_size, rng=rng)
        losses, weights, share = 0.0, 0.0, 0.0
        devices = [self._device] if self._device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices), self.around():
            torch.manual_seed(int(rng.integers(2**62)))
            for place, (stream, index) in enumerate(steps):
                if not budget.open:
                    return self._passed(losses, weights, share, whole=False)
                share = (place + 1) / len(steps)
                planned = (self._epoch + (place + 0.5) / len(steps)) / recipe.epochs
                loss, weight = self._step(stream, index, budget.reached(planned))
                if stream is streams[0]:
                    losses, weights = losses + loss, weights + weight
                note = f"epoch {self._epoch + 1} of {recipe.epochs}, loss {losses / (weights or 1.0):.3f}"
                progress((self._epoch + share) / recipe.epochs, note)
        return self._passed(losses, weights, 1.0, whole=True)

    def _passed(self, losses: float, weights: float, share: float, *, whole: bool) -> Pass:
        return Pass(
            epoch=self._epoch + whole,
            whole=whole,
            loss=losses / weights if weights else float("nan"),
            fraction=(self._epoch + share) / self.recipe.epochs,
        )

    def _step(self, stream: Stream, index: Int[ndarray, " batch"], reached: float) -> tuple[float, float]:
        """Losses are summed over the parts of a step and divided once, so that parts change nothing."""
        learning, losses, weights = self._learning(stream), 0.0, 0.0
        step = Step(reached=reached, factor=self.recipe.rate_factor(reached))
        for hook in self.hooks:
            hook.begin_step(step)
        self._half.follow()
        for part in self._parts(stream, index):
            batch = collate(stream.examples, part, pad=self.pad, states=stream.states).to(self._device)
            if learning not in self._checked:
                check_labels(batch, stream.examples, part.tolist())
            with self._half.in_place():
                loss, weight = stream.loss(batch)
                check_loss(loss)
                loss.backward()  # type: ignore[no-untyped-call]
            losses, weights = losses + float(loss.detach()), weights + float(weight)
        step = replace(step, weight=weights)
        for hook in self.hooks:
            hook.before_step(step)
        self._move(step, stream, checked=learning in self._checked)
        self._checked.add(learning)
        for hook in self.hooks:
            hook.after_step(step)
        return losses, weights

    def _move(self, step: Step, stream: Stream, *, checked: bool) -> None:
        if not step.weight:
            return
        resting = [*self.frozen, *stream.resting]
        first = None if checked else FirstStep.before(self._used(stream), resting)
        self._optimiser.step(step.factor, weight=step.weight)
        if first is not None:
            first.after()

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Entered while the network is measured and copied."""
        with ExitStack() as stack:
            for hook in self.hooks:
                stack.enter_context(hook.measured())
            yield

    def _learning(self, stream: Stream) -> frozenset[int]:
        """Which weights learn from a stream at present: each such set is checked in its first step."""
        resting = {id(each) for each in stream.resting}
        every = enumerate(self._optimiser.parameters)
        return frozenset(place for place, each in every if each.requires_grad and id(each) not in resting)

    def _used(self, stream: Stream) -> list[Group]:
        resting = {id(each) for each in stream.resting}
        return [
            group
            for group in self.groups
            if any(each.requires_grad and id(each) not in resting for each in group.parameters)
        ]

    def _parts(self, stream: Stream, index: Int[ndarray, " batch"]) -> list[Int[ndarray, " part"]]:
        if stream.examples.together:
            # Their loss compares all examples of a step, so a part would not be a sum's part.
            return [index]
        parts = token_batches(stream.examples.loads[index], budget=self.recipe.tokens_at_once)
        return [index[part] for part in parts]
