"""Which labelled rows a base is shown before its question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.models.question import Answered, questions
from headstart.models.question_vectors import question_vectors

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.context import Context
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone

SIMILARITY, DIVERSITY, RANDOM = "similarity", "diversity", "random"
CHOICES = (SIMILARITY, DIVERSITY, RANDOM)


def choose_demonstrations(
    backbone: Backbone, split: Split, context: Context, *, choice: str, count: int
) -> LabelDemonstrations:
    """Demonstrations from the training rows.

    By `similarity`, all of them are kept, and each question gets the nearest. By `diversity` and at
    `random`, all questions get the same, as many of each label as of any other: rows far apart by the
    seeding of k-means++ (Arthur and Vassilvitskii 2007, section 2.2), or any.

    Args:
        backbone: tells likeness, by the mean of its last states.
        split: its training rows are chosen from.
        context: the surroundings.
        choice: one of `CHOICES`.
        count: how many are shown at most.
    """
    gold = np.asarray(split.task.gold(split.train))
    asked = questions(split.train)
    rows = tuple(Answered(question=each, label=int(label)) for each, label in zip(asked, gold, strict=True))
    if choice == RANDOM:
        rng = np.random.default_rng(context.seed)
        by_label = [rng.permutation(np.flatnonzero(gold == each)) for each in np.unique(gold)]
        return LabelDemonstrations(rows=tuple(rows[each] for each in _in_turn(by_label, count)), count=count)
    vectors = question_vectors(
        backbone, asked, precision=context.precision, cache=context.cache, progress=context.progress
    )
    if choice == SIMILARITY:
        return LabelDemonstrations(
            rows=rows, count=count, vectors=vectors.astype(np.float16), centre=vectors.mean(axis=0)
        )
    by_label = [
        _far_apart(vectors, np.flatnonzero(gold == each), count, context.seed) for each in np.unique(gold)
    ]
    return LabelDemonstrations(rows=tuple(rows[each] for each in _in_turn(by_label, count)), count=count)


def _far_apart(
    vectors: Float[ndarray, "rows width"], places: Int[ndarray, " own"], most: int, seed: int
) -> Int[ndarray, " chosen"]:
    """Some of these rows, those first that lie far from the ones before them."""
    from sklearn.cluster import kmeans_plusplus

    own = vectors[places].astype(np.float64)
    distinct = len(np.unique(own, axis=0))
    _, chosen = kmeans_plusplus(own, min(most, distinct), random_state=seed)
    return np.asarray(places[chosen])


def _in_turn(by_label: list[Int[ndarray, " own"]], count: int) -> list[int]:
    """The first of each label, then the second of each, and so on."""
    longest = max(map(len, by_label), default=0)
    turns = [int(each[turn]) for turn in range(longest) for each in by_label if turn < len(each)]
    return turns[:count]
