"""Which labelled rows a base is shown before its question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.demonstration_choice import SIMILARITY
from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.models.question import Answered, questions
from headstart.train.row_choice import RowChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.context import Context
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone


def choose_demonstrations(
    backbone: Backbone, split: Split, context: Context, *, choice: str, count: int, answers: Sequence[str]
) -> LabelDemonstrations:
    """Demonstrations from the training rows.

    By `similarity`, all of them are kept, and each question gets the nearest. By `diversity` and at
    `random`, all questions get the same, as many of each label as of any other; a row with several labels
    stands for each of them, and rows without any are a kind of their own.

    Args:
        backbone: tells likeness, by the mean of its last states.
        split: its training rows are chosen from.
        context: the surroundings.
        choice: one of `demonstration_choice.CHOICES`.
        count: how many are shown at most.
        answers: the answer of each training row in words.
    """
    asked = questions(split.train)
    rows = tuple(Answered(question=each, answer=said) for each, said in zip(asked, answers, strict=True))
    chooser = RowChoice.of(choice, backbone, asked=asked, context=context)
    if choice == SIMILARITY:
        vectors, centre = chooser.kept
        return LabelDemonstrations(rows=rows, count=count, vectors=vectors, centre=centre)
    places = chooser.ranked(_kinds(np.asarray(split.task.gold(split.train))), count)
    return LabelDemonstrations(rows=tuple(rows[each] for each in places), count=count)


def _kinds(gold: ndarray) -> list[Int[ndarray, " own"]]:
    """Places of the rows of each label, and of those that may have none and have none."""
    if gold.ndim == 1:
        return [np.flatnonzero(gold == each) for each in np.unique(gold)]
    held = gold > 0.5
    kinds = [*(np.flatnonzero(each) for each in held.T), np.flatnonzero(~held.any(axis=1))]
    return [each for each in kinds if len(each)]
