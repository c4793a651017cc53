"""Which kinds of entities are found, and which are not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from headstart.core.diagnosis import ClassQuality, Diagnosis
from headstart.core.entities import entities

if TYPE_CHECKING:
    from headstart.core.predictions import Predictions


def diagnose_tags(gold: Any, predictions: Predictions) -> Diagnosis:
    """The errors of one model that tags words, by kind of entity.

    Args:
        gold: for each row, the index of the tag of each word.
        predictions: tags of the same words.
    """
    names = predictions.classes
    right, given, true = Counter[str](), Counter[str](), Counter[str]()
    for marked, told in zip(gold, predictions.words, strict=True):
        there, found = set(entities([names[each] for each in marked])), set(entities(told))
        for counter, some in ((right, there & found), (given, found), (true, there)):
            counter.update(each.kind for each in some)
    kinds = sorted({name.partition("-")[2] for name in names} - {""})
    return Diagnosis(
        classes=tuple(
            ClassQuality(
                name=kind,
                rows=true[kind],
                precision=right[kind] / max(1, given[kind]),
                recall=right[kind] / max(1, true[kind]),
                f1=2 * right[kind] / max(1, given[kind] + true[kind]),
            )
            for kind in kinds
        ),
        confusion=(),
        calibration=(),
        confident_errors=(),
    )
