"""Scores of candidates, weighed with what is known of such fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.flow.adapting.expected import open_score
from headstart.planning.quality import shipped
from headstart.planning.scores import read_scores
from headstart.planning.weighed import weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.plan import Candidate
    from headstart.flow.adapting.session import Session


def weighing(
    scores: Float[ndarray, " models"],
    covariance: Float[ndarray, "models models"],
    judged: int,
    *,
    session: Session,
    candidates: Sequence[Candidate],
) -> tuple[Float[ndarray, " models"], Float[ndarray, "models models"]] | None:
    """What candidates are worth by their scores and by what such fits reached on other data.

    Args:
        scores: of each candidate.
        covariance: of these, by the rows that judged.
        judged: how many clusters of rows that is.
        session: the run at work.
        candidates: those that were judged on the same rows.

    Returns:
        Log odds and their covariance; None for a task, a metric or a base of which nothing was measured.
    """
    wanted = open_score(session.dataset, session.metric)
    model = None if wanted is None else shipped(wanted.metric)
    if wanted is None or model is None:
        return None
    earlier = () if session.history is None else read_scores(session.history, metric=wanted.metric)
    # What this very file gave before was judged by the same rows.
    elsewhere = (each for each in earlier if each.data != wanted.data)
    fits = [
        replace(wanted, strategy=each.name, base=each.base, score=float(score))
        for each, score in zip(candidates, scores, strict=True)
    ]
    model = replace(model, reached=(*model.reached, *elsewhere))
    return weighed(model, fits, covariance=covariance, judged=judged)
