"""The fits that a race made of its winner, and the refit, as one network."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from headstart import registry
from headstart.bundle.manifest import Manifest
from headstart.core.combination import predictors_of
from headstart.core.plan import Cost
from headstart.core.strategy_traits import StrategyTraits
from headstart.flow.adapting.is_whole import is_whole
from headstart.planning.combined import combined_candidate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from headstart.core.trial import Trial
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.session import Session

# Opening a model, and keeping their mean.
OPEN_S, KEEP_S = 1.0, 2.0


def mean_of_fits(
    session: Session, entrant: Entrant, refit: Trial, *, decision: Mapping[str, Any], reserve_s: float
) -> Trial | None:
    """One network of the mean weights of an entrant's refit and of its folds' fits, which cost nothing more.

    Fine-tunings of one base with the same settings end in one valley of the loss, though rows and chance
    differ, and the middle of it is better than where any of them ended (Izmailov et al. 2018, section 3;
    Wortsman et al. 2022, section 4).

    Args:
        session: the run at work.
        entrant: what was fitted.
        refit: its fit on all rows, or what stands for it.
        decision: the rule that its trials found.
        reserve_s: seconds that have to be left when it is made.

    Returns:
        The trial; None where there is nothing to average, no time for it, or it could not be done.
    """
    strategy = registry.from_spec("strategies", asdict(entrant.candidate.steps[-1]))
    name, alone = _combination(), len(entrant.candidate.steps) == 1
    # What a strategy before made of the base differs from fit to fit, and so does the valley they end in.
    if name is None or not alone or not StrategyTraits.of(strategy).averages:
        return None
    others = [each for each in entrant.done if each.key != refit.key and is_whole(session, each)]
    kinds = predictors_of(registry.load("combine", name))
    if kinds and Manifest.read(session.model_of(refit)).predictor["use"] not in kinds:
        return None
    # A refit that was cut short says of which kind the mean must be, and is no part of it.
    fits = [each for each in _alike(session, [refit, *others]) if is_whole(session, each)]
    cost = Cost(seconds=KEEP_S + OPEN_S * len(fits), peak_bytes=entrant.candidate.cost.peak_bytes)
    if len(fits) < 2:
        return None
    settled = entrant.settled()
    mean = combined_candidate(
        {"use": name, "params": {}}, [settled] * len(fits), [1.0 / len(fits)] * len(fits), cost=cost
    )
    known = session.known(mean, role="refit", decision=decision)
    if known is None and session.clock.left_s - reserve_s < cost.seconds:
        return None
    made = session.combine(mean, fits, reserve_s=reserve_s, role="refit", decision=decision)
    return made if made.status == "done" else None


def _combination() -> str | None:
    """The combination that makes one network of several."""
    for name in registry.names("combine"):
        if getattr(registry.load("combine", name), "averages", False):
            return name
    return None


def _alike(session: Session, fits: Sequence[Trial]) -> list[Trial]:
    """Those whose weights stand for the same as the first one's: a fold may lack a class, or read less."""
    kinds = [_kind(Manifest.read(session.model_of(each))) for each in fits]
    return [each for each, kind in zip(fits, kinds, strict=True) if kind == kinds[0]]


def _kind(manifest: Manifest) -> tuple[Any, ...]:
    return manifest.task, manifest.classes, manifest.predictor
