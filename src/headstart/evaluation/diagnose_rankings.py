"""Where right passages stand in rankings, and which queries miss theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.diagnosis import Depth, Diagnosis, MissedQuery, RankingErrors
from headstart.core.predictions import NOTHING

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows

DEPTHS = (1, 3, 5, 10, 20, 50, 100)
ERRORS_KEPT = 50


def diagnose_rankings(rows: Rows, gold: Any, predictions: Predictions) -> Diagnosis:
    """The errors of one model that ranks passages.

    Args:
        rows: the rows, for their texts and numbers.
        gold: for each row, places in the corpus of its right passages.
        predictions: rankings of the same rows, with the texts of the corpus where these may be shown.
    """
    assert predictions.ranked is not None
    ranks = _ranks(gold, predictions.ranked)
    depths = [each for each in DEPTHS if each <= predictions.ranked.shape[1]]
    return Diagnosis(
        classes=(),
        confusion=(),
        calibration=(),
        confident_errors=(),
        rankings=RankingErrors(
            corpus=len(predictions.passages),
            depths=tuple(_depth(each, ranks) for each in depths),
            missed=_missed(rows, gold, predictions, ranks),
        ),
    )


def _ranks(gold: Any, ranked: Int[ndarray, "rows depth"]) -> Int[ndarray, " rows"]:
    """Place from 0 of the highest right passage of each row; beyond the end where none was found."""
    found = np.full(len(ranked), ranked.shape[1], dtype=np.int64)
    for row, (right, places) in enumerate(zip(gold, ranked, strict=True)):
        if len(hits := np.flatnonzero(np.isin(places, right))):
            found[row] = hits[0]
    return found


def _depth(depth: int, ranks: Int[ndarray, " rows"]) -> Depth:
    rows = int((ranks < depth).sum())
    return Depth(depth=depth, rows=rows, share=rows / max(1, len(ranks)))


def _missed(
    rows: Rows, gold: Any, predictions: Predictions, ranks: Int[ndarray, " rows"]
) -> tuple[MissedQuery, ...]:
    """The rows whose first passage is wrong, those first whose right one stands lowest."""
    assert predictions.ranked is not None
    worst = np.argsort(-ranks, kind="stable")
    worst = worst[ranks[worst] > 0][:ERRORS_KEPT]
    depth, texts = predictions.ranked.shape[1], rows.take(worst).texts

    def text(place: int) -> str:
        return predictions.passages[place] if predictions.passages and place != NOTHING else ""

    return tuple(
        MissedQuery(
            number=int(rows.numbers[row]),
            text=texts[at],
            wanted=text(int(predictions.ranked[row, ranks[row]] if ranks[row] < depth else gold[row][0])),
            found=text(int(predictions.ranked[row, 0]) if depth else NOTHING),
            rank=int(ranks[row]) + 1 if ranks[row] < depth else None,
        )
        for at, row in enumerate(worst)
    )
