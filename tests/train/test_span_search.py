"""The best stretch over windows, against trying them all."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.models.tokenise_passages import tokenise_passages
from headstart.train.span_search import best_spans
from tests.tiny import tiny_tokenizer

CONTEXTS = ["the cat sat on the mat and looked at the moon " * 3, "my screen is broken", ""]


def tried_all(outputs, examples, *, longest):
    """Every stretch of every window, one after the other."""
    first, found = np.cumsum(examples.sizes) - examples.sizes, []
    for row in range(len(examples.sizes)):
        best, none = (0.0, (-1, -1)), 1.0
        for window in np.flatnonzero(examples.owners == row):
            at = np.arange(examples.offsets[window], examples.offsets[window + 1])
            at = at[examples.words[at] >= 0]
            spans = examples.spans[first[row] + examples.words[at]]
            starts, ends = np.exp(outputs[at]).T / np.exp(outputs[at]).sum(axis=0)[:, None]
            (silent,) = np.flatnonzero(spans[:, 1] == 0)
            none = min(none, starts[silent] * ends[silent])
            for one in range(len(at)):
                for other in range(one, min(one + longest, len(at))):
                    if silent not in (one, other) and starts[one] * ends[other] > best[0]:
                        best = (starts[one] * ends[other], (spans[one, 0], spans[other, 1]))
        found.append((*best, none))
    return found


@pytest.mark.parametrize("family", ["bert", "gpt2"])
@pytest.mark.parametrize("longest", [1, 4, 100])
def test_the_best_of_all_is_found(family, longest):
    examples = tokenise_passages(["what"] * 3, CONTEXTS, tiny_tokenizer(family), max_length=32)
    for seed in range(5):
        outputs = 2 * np.random.default_rng(seed).normal(size=(len(examples.tokens), 2)).astype(np.float32)
        spans, sure, none = best_spans(outputs, examples, longest=longest)
        expected = tried_all(outputs, examples, longest=longest)
        assert [tuple(each) for each in spans.tolist()] == [each[1] for each in expected]
        np.testing.assert_allclose(sure, [each[0] for each in expected], rtol=1e-5)
        np.testing.assert_allclose(none, [each[2] for each in expected], rtol=1e-5)
