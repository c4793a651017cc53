"""What fits are worth by the rows that have judged them and by what fits like them reached elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.planning.quality import HALF, odds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.planning.quality import QualityModel
    from headstart.planning.scores import Reached


# How alike two fits err on the same rows, as long as no more than a few of them have told: the weight of so
# many rows is on a half. Twelve rows on which both fail at one and the same are no sign that they always do.
USUALLY_ALIKE, ALIKE_ROWS = 0.5, 20


def weighed(
    model: QualityModel, fits: Sequence[Reached], *, covariance: Float[ndarray, "fits fits"], judged: int
) -> tuple[Float[ndarray, " fits"], Float[ndarray, "fits fits"]] | None:
    """The log odds that each fit would score if endless rows judged it, and their covariance.

    Those of a Gaussian process given the scores that were reached elsewhere and those of these fits
    (Rasmussen and Williams 2006, equations 2.25 and 2.26). Six rows hardly say which of several fits is best,
    so that what such fits reached on other data decides; six hundred rows decide by themselves.

    Args:
        model: what was reached elsewhere.
        fits: all to the same data, with the scores that they reached; shares, of which more is better.
        covariance: of these scores, by the rows that judged.
        judged: how many rows, or clusters of them, judged.

    Returns:
        None where nothing was measured of a base, or a score or an error is undefined.
    """
    bases = {each.base for each in fits}
    known = [each for each in model.reached if each.base in {*bases, None}]
    if None in bases or not bases <= {each.base for each in known}:
        return None
    scores = np.array([each.score for each in fits])
    if not (np.isfinite(scores).all() and np.isfinite(covariance).all()):
        return None
    right, wrong = judged * scores + HALF, judged * (1.0 - scores) + HALF
    elsewhere = np.array([odds(each.score) for each in known])
    values = np.concatenate([elsewhere, np.log(right / wrong)]) - elsewhere.mean()
    true = model.covariance([*known, *fits])
    seen = true.copy()
    seen[len(known) :, len(known) :] += _errors(right, wrong, covariance)
    shared = true[len(known) :]
    drawn = np.linalg.solve(seen, shared.T)
    return np.asarray(elsewhere.mean() + values @ drawn), shared[:, len(known) :] - shared @ drawn


def _errors(
    right: Float[ndarray, " fits"], wrong: Float[ndarray, " fits"], covariance: Float[ndarray, "fits fits"]
) -> Float[ndarray, "fits fits"]:
    """Covariance of log odds from having few rows: no less than so many rows leave, however they agree.

    Args:
        right: rows, or clusters of them, that each fit has right, and a half.
        wrong: those that it has not, and a half.
        covariance: of the scores, by the rows that judged.
    """
    slope = (right + wrong) ** 2 / (right * wrong)
    variance = np.diag(covariance)
    alone = np.sqrt(np.maximum(variance * slope**2, 1.0 / right + 1.0 / wrong))
    both = np.sqrt(np.outer(variance, variance))
    alike = np.divide(covariance, both, out=np.zeros_like(both), where=both > 0)
    judged = (right + wrong - 2.0 * HALF)[:, None]
    alike = (judged * alike + ALIKE_ROWS * USUALLY_ALIKE) / (judged + ALIKE_ROWS)
    np.fill_diagonal(alike, 1.0)
    return np.asarray(alike * np.outer(alone, alone))
