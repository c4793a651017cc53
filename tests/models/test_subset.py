"""A subset holds the chosen examples and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.core.examples import Examples
from headstart.models.subset import owned_by, subset

EXAMPLES = Examples(
    tokens=np.array([5, 6, 7, 8, 9, 10]),
    offsets=np.array([0, 2, 2, 5, 6]),
    owners=np.array([0, 1, 1, 2]),
    segments=np.array([0, 1, 0, 0, 1, 1]),
    targets=np.array([1, 0, 0, 1]),
)


def texts(examples: Examples) -> list[list[int]]:
    """Token ids of each example."""
    return [
        examples.tokens[start:stop].tolist()
        for start, stop in zip(examples.offsets[:-1], examples.offsets[1:], strict=True)
    ]


@pytest.mark.parametrize("chosen", [[0, 1, 2, 3], [3, 0], [2], [1, 1, 2], []])
def test_each_chosen_example_comes_with_all_that_is_known_of_it(chosen):
    index = np.array(chosen, dtype=np.int64)
    found = subset(EXAMPLES, index)
    assert texts(found) == [texts(EXAMPLES)[each] for each in chosen]
    assert found.owners.tolist() == EXAMPLES.owners[index].tolist()
    assert found.targets.tolist() == EXAMPLES.targets[index].tolist()
    assert len(found.segments) == len(found.tokens)
    assert len(found) == len(chosen)


def test_what_rows_own_is_what_they_alone_would_be_encoded_as():
    words = Examples(
        tokens=np.arange(8),
        offsets=np.array([0, 2, 4, 6, 8]),
        owners=np.array([0, 1, 1, 2]),
        targets=np.array([0, -100, 1, 2, 3, -100, 4, 5]),
        words=np.array([0, -1, 0, 1, 2, -1, 0, 1]),
        sizes=np.array([1, 3, 2]),
        spans=np.array([[0, 1], [0, 2], [3, 4], [5, 9], [0, 7], [8, 9]]),
        texts=("a", "bb c dddd", "eeeeeee f"),
    )
    found = owned_by(words, np.array([1, 2]))
    assert texts(found) == [[2, 3], [4, 5], [6, 7]]
    assert found.owners.tolist() == [0, 0, 1]
    assert found.sizes.tolist() == [3, 2]
    assert found.spans.tolist() == words.spans[1:].tolist()
    assert found.texts == words.texts[1:]
    assert found.words.tolist() == [0, 1, 2, -1, 0, 1]
    last = owned_by(words, np.array([0, 2]))
    assert last.spans.tolist() == [[0, 1], [0, 7], [8, 9]]
    assert last.targets.tolist() == [0, -100, 4, 5]
    assert owned_by(EXAMPLES, np.array([1])).owners.tolist() == [0, 0]
