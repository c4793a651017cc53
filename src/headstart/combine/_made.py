"""What all combinations do with the models that they are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart import registry
from headstart.core.combination import as_member
from headstart.core.decision import Decision
from headstart.core.model import Model
from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.combination import Combination
    from headstart.core.model import Predictor
    from headstart.core.plan import Step


def name_of(model: Model) -> str:
    """What people call a model: its steps, joined by a plus sign."""
    return "+".join(step.use for step in model.lineage) or "a model without steps"


def shares_of(count: int, weights: Sequence[float]) -> tuple[float, ...]:
    """The weights, made to add up to one.

    Raises:
        ValueError: there are no models, not as many weights as models, or one is nought or less.
    """
    if not count or len(weights) != count or not all(weight > 0 for weight in weights):
        raise ValueError(
            f"got {count} models with the weights {list(weights)}; give one above nought to each"
        )
    return tuple(weight / sum(weights) for weight in weights)


def refuse(combination: Combination, reasons: Sequence[str]) -> None:
    """Says why models can't become one, if there are reasons.

    Raises:
        SettingError: there are.
    """
    if reasons:
        raise SettingError(
            f"{registry.name_of(combination)} can't combine these models: {'; '.join(reasons)}"
        )


def checked(combination: Combination, models: Sequence[Model], weights: Sequence[float]) -> tuple[float, ...]:
    """The shares of models that can become one.

    Raises:
        ValueError: see `shares_of`.
        SettingError: the models can't become one.
    """
    shares = shares_of(len(models), weights)
    refuse(combination, combination.blockers(models))
    return shares


def combined(models: Sequence[Model], shares: Sequence[float], *, predictor: Predictor, step: Step) -> Model:
    """The model that a predictor makes of others, with a lineage that names them.

    Args:
        models: the members; nothing but what is known of them is read.
        shares: how much each counts.
        predictor: what they became.
        step: the combination, to which the members are added.
    """
    members = [
        as_member(each.base.name if each.base else None, each.lineage, share)
        for each, share in zip(models, shares, strict=True)
    ]
    bases = {each.base.revision: each.base for each in models if each.base}
    return Model(
        task=models[0].task,
        predictor=predictor,
        base=next(iter(bases.values())) if len(bases) == 1 else None,
        lineage=(replace(step, params={**step.params, "members": members}),),
        decision=Decision(),
    )
