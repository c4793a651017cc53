"""What all fits of linear models on n-grams do: count, and settle how closely to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.models.ngrams import Ngrams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scipy import sparse

    from headstart.core.context import Context
    from headstart.models.ngrams import NgramOptions

FEWEST_SECONDS_TO_CHOOSE = 10.0


def counted(texts: Sequence[str], options: NgramOptions, context: Context) -> tuple[Ngrams, sparse.csr_array]:
    """The n-grams of training texts, and how often each text has them, weighted.

    Args:
        texts: the training texts.
        options: which n-grams.
        context: is told of the progress.
    """
    context.progress(0.0, "counting n-grams")
    ngrams = Ngrams.fit(texts, options)
    return ngrams, ngrams.transform(texts)


def settled(
    named: float | None, choose: Callable[[], float], *, usual: float, what: str, context: Context
) -> float:
    """How closely to fit: as was named, else as folds choose, else as usual where time is short.

    Args:
        named: what a person asked for.
        choose: finds it by folds.
        usual: what serves most data.
        what: its name for people.
        context: the deadline, and who is told of the progress.
    """
    context.progress(0.3, f"choosing the {what}")
    if named is None:
        named = usual if context.deadline.left_s < FEWEST_SECONDS_TO_CHOOSE else choose()
    context.progress(0.7, "fitting")
    return named
