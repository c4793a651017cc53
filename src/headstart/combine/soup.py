"""Fine-tunings of one base as one network, its weights the mean of theirs."""

from __future__ import annotations

import copy
import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart import registry
from headstart.combine._judge import Judge, Weights
from headstart.combine._likeness import NETWORK, Likeness
from headstart.combine._made import combined, name_of, refuse, shares_of
from headstart.core.decision import Decision
from headstart.core.evaluation import Footprint
from headstart.core.plan import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor

    from headstart.core.caps import Caps
    from headstart.core.combination import HeldOut, Member, Mixture
    from headstart.core.model import Model
    from headstart.models.adapter import Adapter


@dataclass(frozen=True, kw_only=True)
class Soup:
    """The mean of the weights of those fine-tunings that do better together.

    Greedy soup: Wortsman et al. 2022, recipe 1. From the best on the held-out rows to the worst, each
    stays in if the mean is then no worse. Equal values of the metric are parted by the likelihood.
    Adapters count with the weights they are merged into, and become one where all members have plain ones.
    """

    averages: ClassVar[bool] = True
    predictors: ClassVar[tuple[str, ...]] = (NETWORK,)
    summary: ClassVar[str] = "averaged weights of fine-tunings of one base: one network of unchanged cost"

    def blockers(self, models: Sequence[Model]) -> tuple[str, ...]:
        if len(models) < 2:
            return (f"a soup needs two models or more, and there are {len(models)}",)
        names = [f"{name_of(each)} (number {place})" for place, each in enumerate(models, 1)]
        kinds = [Likeness.of(each) for each in models]
        reasons = (
            kinds[0].difference(kind, here=names[0], there=name)
            for kind, name in zip(kinds[1:], names[1:], strict=True)
        )
        return tuple(dict.fromkeys(reason for reason in reasons if reason))

    def footprint(self, members: Sequence[Footprint]) -> Footprint:
        return Footprint(
            bytes=max(each.bytes for each in members), row_ms=max(each.row_ms for each in members)
        )

    def choose(
        self, members: Sequence[Member], held_out: HeldOut, *, caps: Caps, seed: int
    ) -> Mixture | None:
        allowed = [place for place, each in enumerate(members) if caps.allow(each.footprint)]
        judge = Judge.of(members, held_out, self._averaged(members, held_out)) if len(allowed) > 1 else None
        if judge is None:
            return None
        pool = _alike(members, judge.best_alone(allowed))
        if len(pool) < 2:
            return None

        def select(rows: Int[ndarray, " some"]) -> Weights:
            return _poured(judge, pool, rows)

        return judge.settled(select, allowed, seed=seed)

    def build(self, models: Iterable[Model], weights: Sequence[float]) -> Model:
        # torch takes seconds to import and is needed here alone.
        import torch

        from headstart.models.mean_adapter import mean_adapter
        from headstart.train.mean_weights import mean_weights

        shares = shares_of(len(weights), weights)
        told: list[Model] = []
        adapters: list[Adapter | None] = []
        network: Any = None

        def states() -> Iterator[dict[str, Tensor]]:
            nonlocal network
            for model in models:
                predictor: Any = model.predictor
                if network is None:
                    network = _copy(model)
                    kind = Likeness.of(model)
                refuse(self, _difference(kind, told, model))
                told.append(replace(model, predictor=None))
                adapters.append(getattr(getattr(predictor, "backbone", None), "adapter", None))
                yield _tensors(predictor)

        mean = mean_weights(states(), shares)
        with torch.no_grad():
            for name, tensor in _tensors(network).items():
                tensor.copy_(mean[name])
        known = [each for each in adapters if each is not None]
        if len(known) == len(told):
            network.backbone.adapter = mean_adapter(known, shares)
        step = Step(use=registry.name_of(self), params=asdict(self))
        warmth = sum(
            share * math.log(each.decision.temperature) for each, share in zip(told, shares, strict=True)
        )
        found = combined(told, shares, predictor=network, step=step)
        return replace(found, decision=Decision(temperature=math.exp(warmth)))

    def _averaged(
        self, members: Sequence[Member], held_out: HeldOut
    ) -> Callable[[Weights], Float[ndarray, "rows classes"]]:
        known: dict[Weights, Float[ndarray, "rows classes"]] = {}

        def mixed(weights: Weights) -> Float[ndarray, "rows classes"]:
            used = [place for place, weight in enumerate(weights) if weight]
            if len(used) == 1:
                return np.asarray(members[used[0]].predictions.probabilities)
            if weights not in known:
                shares = [weights[place] for place in used]
                parts = []
                for fold, rows in enumerate(held_out.folds):
                    model = self.build((members[place].opened(fold) for place in used), shares)
                    parts.append(np.asarray(model.predict(rows).probabilities))
                known[weights] = np.concatenate(parts)
            return known[weights]

        return mixed


def _poured(judge: Judge, pool: Sequence[int], rows: Int[ndarray, " some"]) -> Weights:
    """From the best member to the worst, each stays in if the mean is then no worse."""
    order = judge.best_alone(pool, rows)
    kept = judge.alone(order[0])
    for place in order[1:]:
        more = tuple(weight + (each == place) for each, weight in enumerate(kept))
        if judge.standing(more, rows) >= judge.standing(kept, rows):
            kept = more
    return kept


def _alike(members: Sequence[Member], order: Sequence[int]) -> list[int]:
    """The members that can be averaged with the best one that has any like it, in order."""
    kinds = {place: Likeness.of(members[place].opened(0)) for place in order}
    for place in order:
        same = [each for each in order if not kinds[place].difference(kinds[each], here="", there="")]
        if len(same) > 1:
            return same
    return []


def _difference(kind: Likeness, before: Sequence[Model], model: Model) -> tuple[str, ...]:
    """Why a model can't be averaged with the first one, as reasons."""
    first = f"{name_of(before[0] if before else model)} (number 1)"
    here = f"{name_of(model)} (number {len(before) + 1})"
    reason = kind.difference(Likeness.of(model), here=first, there=here)
    return (reason,) if reason else ()


def _copy(model: Model) -> Any:
    """A network of the same shape that may be changed; what is no network stays as it is."""
    predictor: Any = model.predictor
    if not Likeness.of(model).is_network:
        return predictor
    backbone = copy.deepcopy(predictor.backbone)
    # What was learnt beside one member's base says nothing of the mean.
    backbone.adapter = None
    return replace(predictor, backbone=backbone, head=copy.deepcopy(predictor.head))


def _tensors(predictor: Any) -> dict[str, Tensor]:
    """The weights of a network, sharing memory with it."""
    parts = {"backbone": predictor.backbone, "head": predictor.head}
    return {
        f"{part}.{name}": tensor.detach()
        for part, module in parts.items()
        for name, tensor in module.state_dict().items()
    }
