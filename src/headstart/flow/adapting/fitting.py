"""What the winner's curve says, put together from what its fits left on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.core.curve import Curve
from headstart.evaluation.fitting import diagnose_fitting
from headstart.evaluation.remedy import Treatment, with_remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.fitting import Fitting
    from headstart.core.plan import Candidate


def fitting_of(
    candidate: Candidate, outcome: Mapping[str, Any], *, refit: Mapping[str, Any] | None
) -> Fitting | None:
    """The diagnosis of a trial; None where it trained nothing in passes.

    Args:
        candidate: what was fitted.
        outcome: what its trial measured, as `outcome.json` holds it.
        refit: the same of the refit that followed, or None without one.
    """
    curve = Curve.of(outcome.get("curve"))
    if not curve.points:
        return None
    again, step = Curve.of(refit.get("curve")) if refit else Curve(), candidate.steps[-1]
    treatment = Treatment(
        step=step,
        refit_passes=again.points[-1].epoch if again.points else None,
        # Patience goes by scores on all dev rows, which need not be best where the loss is lowest.
        kept=None if step.params.get("patience") is None else outcome["chosen"].get("epochs"),
    )
    return with_remedy(diagnose_fitting(curve), treatment)
