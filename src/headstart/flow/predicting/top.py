"""The labels that are most probable of each row, in the place of one column for every label."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.bundle.loaded import as_frame
from headstart.errors import SettingError
from headstart.flow.predicting.match import MOST_PROBABLE

if TYPE_CHECKING:
    from headstart.core.model import Model
    from headstart.core.predictions import Predictions

# Answers of which every label has a probability.
_TOLD = ("class", "labels")


def check_top(top: int | None, model: Model) -> None:
    """Makes sure that a model can name so many labels.

    Raises:
        SettingError: it is less than one, or the model gives no probabilities of labels.
    """
    if top is None:
        return
    if top < 1:
        raise SettingError(f"top: got {top}; give 1 or more, the labels to name for each row")
    if model.task.answer not in _TOLD:
        raise SettingError(
            f"top: got {top}, and this is {model.task.summary}, which has no probability for each label; "
            "leave --top out"
        )


def top_frame(predictions: Predictions, top: int) -> pl.DataFrame:
    """`prediction` and the labels that are most probable, each with its probability, the first first.

    Args:
        predictions: with the probability of each label.
        top: how many labels are named of a row; all there are where these are fewer.
    """
    assert predictions.probabilities is not None
    order = np.argsort(-predictions.probabilities, axis=1, kind="stable")[:, :top]
    values = np.take_along_axis(predictions.probabilities, order, axis=1)
    named = [
        [
            {"label": predictions.classes[place], "probability": float(value)}
            for place, value in zip(*row, strict=True)
        ]
        for row in zip(order, values, strict=True)
    ]
    kind = pl.List(pl.Struct({"label": pl.String(), "probability": pl.Float64()}))
    plain = as_frame(replace(predictions, probabilities=None))
    return plain.with_columns(pl.Series(MOST_PROBABLE, named, dtype=kind))
