"""At which layer attention pooling serves a linear classifier best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.train.learn_query import learn_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from torch import Tensor

    from headstart.core.deadline import Deadline
    from headstart.train.compared import Compared
    from headstart.train.judge import Judge
    from headstart.train.learn_query import LearnedQuery

ATTENTION = "attention"


@dataclass(frozen=True, kw_only=True, eq=False)
class Attention:
    """A layer with a query learned on its states.

    Args:
        cut: number of blocks.
        learned: the query, and what rows say of queries learned without them.
        strength: penalty that it was learned with.
    """

    cut: int
    learned: LearnedQuery
    strength: float

    @property
    def log_probabilities(self) -> Float[Tensor, "rows classes"]:
        """Of each row, from a query and a classifier that had not seen its fold."""
        return self.learned.log_probabilities


def choose_attention(
    judge: Judge,
    compared: Compared,
    *,
    cuts: Mapping[int, float],
    deadline: Deadline,
    seed: int,
) -> Attention:
    """The layer of least log loss out of fold with a query of its own.

    Args:
        judge: compares log losses.
        compared: token states.
        cuts: layers to try, each with the penalty on the classifier's squared weights that suits it.
        deadline: when to stop at the latest.
        seed: decides the order of the rows.
    """
    found = [
        Attention(
            cut=cut,
            strength=strength,
            learned=learn_query(
                compared.states[cut],
                compared.labelled,
                held=judge.held,
                strength=strength,
                deadline=deadline,
                seed=seed,
            ),
        )
        for cut, strength in cuts.items()
    ]
    return min(found, key=lambda each: judge.loss(each.log_probabilities))
