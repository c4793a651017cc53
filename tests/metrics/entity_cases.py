"""Tagged sentences with what seqeval 1.2.2 says of them in its default mode, and the metrics beside it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from tests.contracts.tag_data import TagMetricContract, gold_of, random_tags, tags_told

# True tags, given tags, and precision, recall, F1 and macro-F1.
CASES = (
    (
        (["O", "B-THING", "I-THING", "O"], ["B-ANIMAL", "O"]),
        (["O", "B-THING", "I-THING", "O"], ["B-ANIMAL", "O"]),
        (1.0, 1.0, 1.0, 1.0),
    ),
    # An entity that is found in part is not found.
    (
        (["B-THING", "I-THING", "I-THING", "O"], ["B-ANIMAL", "O"]),
        (["B-THING", "I-THING", "O", "O"], ["B-ANIMAL", "O"]),
        (0.5, 0.5, 0.5, 0.5),
    ),
    # The kind has to be right too.
    (
        (["B-THING", "O", "B-ANIMAL"],),
        (["B-ANIMAL", "O", "B-ANIMAL"],),
        (0.5, 0.5, 0.5, 1 / 3),
    ),
    # Two entities side by side are not one.
    (
        (["B-THING", "B-THING", "O"],),
        (["B-THING", "I-THING", "O"],),
        (0.0, 0.0, 0.0, 0.0),
    ),
    # A stretch that goes on without having begun begins there.
    (
        (["O", "B-THING", "I-THING", "B-ANIMAL"],),
        (["O", "I-THING", "I-THING", "I-ANIMAL"],),
        (1.0, 1.0, 1.0, 1.0),
    ),
    (
        (["O", "O"], ["B-THING", "O"]),
        (["O", "B-ANIMAL"], ["O", "O"]),
        (0.0, 0.0, 0.0, 0.0),
    ),
)


class EntityContract(TagMetricContract):
    """What a metric of whole entities promises.

    Attributes:
        place: of its score in the cases.
        reference: seqeval's function, and the average that it takes.
    """

    place: ClassVar[int]
    reference: ClassVar[tuple[str, str]]

    @pytest.mark.parametrize(("true", "given", "scores"), CASES)
    def test_says_what_seqeval_says(self, metric, true, given, scores):
        assert self.measure(metric, gold_of(*true), tags_told(*given)) == pytest.approx(scores[self.place])

    @pytest.mark.parametrize("seed", range(5))
    def test_agrees_with_seqeval_where_it_is_installed(self, metric, seed):
        seqeval = pytest.importorskip("seqeval.metrics")
        rng = np.random.default_rng(seed)
        true = [random_tags(rng, 8) for _ in range(30)]
        given = [each if rng.random() < 0.5 else random_tags(rng, 8) for each in true]
        function, average = self.reference
        expected = getattr(seqeval, function)(true, given, average=average, zero_division=0)
        assert self.measure(metric, gold_of(*true), tags_told(*given)) == pytest.approx(expected)
