"""Produced texts beside the texts that would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headstart.core.predictions import Predictions


def text_pairs(gold: Any, predictions: Predictions) -> list[tuple[str, tuple[str, ...]]]:
    """The produced text of each row and its references.

    Args:
        gold: `References` of each row.
        predictions: texts of the same rows.

    Raises:
        ValueError: the predictions carry no texts.
    """
    if predictions.texts is None:
        raise ValueError("this metric reads texts, and these predictions have none")
    return [(text, each.texts) for text, each in zip(predictions.texts, gold, strict=True)]
