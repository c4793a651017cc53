"""Which labelled rows a base is shown before it is asked about a label by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.demonstration_choice import SIMILARITY
from headstart.models.question import questions
from headstart.models.statement_demonstrations import StatementDemonstrations
from headstart.train.row_choice import RowChoice

if TYPE_CHECKING:
    from headstart.core.context import Context
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone


def choose_statements(
    backbone: Backbone, split: Split, context: Context, *, choice: str, count: int
) -> StatementDemonstrations:
    """Demonstrations from the training rows, for each label as many that have it as lack it.

    By `similarity`, all rows are kept, and each text gets those nearest to it. By `diversity` and at
    `random`, all texts get the same.

    Args:
        backbone: tells likeness, by the mean of its last states.
        split: its training rows are chosen from.
        context: the surroundings.
        choice: one of `demonstration_choice.CHOICES`.
        count: how many are shown before a statement at most.
    """
    asked = questions(split.train)
    held = np.asarray(split.task.gold(split.train)) > 0.5
    chooser = RowChoice.of(choice, backbone, asked=asked, context=context)
    if choice == SIMILARITY:
        vectors, centre = chooser.kept
        return StatementDemonstrations(
            rows=tuple(asked), held=held, count=count, vectors=vectors, centre=centre
        )
    ranked = [chooser.ranked([np.flatnonzero(each), np.flatnonzero(~each)], count) for each in held.T]
    # Rows that are never shown do not ship.
    used = sorted({place for each in ranked for place in each})
    new = {place: at for at, place in enumerate(used)}
    return StatementDemonstrations(
        rows=tuple(asked[each] for each in used),
        held=held[used],
        count=count,
        ranked=tuple(tuple(new[place] for place in each) for each in ranked),
    )
