"""How closely a linear model on n-grams fits: as was named, as folds choose, or as usual in a hurry."""

from __future__ import annotations

import pytest

from headstart import registry
from headstart.core.context import Context
from headstart.core.deadline import Deadline
from headstart.train.ngram_fit import counted, settled
from headstart.train.ngram_options import ngram_options


def context(tmp_path, left_s: float | None = None) -> Context:
    metric = registry.build("metrics", "accuracy", {})
    deadline = Deadline() if left_s is None else Deadline.after(left_s)
    return Context(
        seed=0, device="cpu", precision="float32", workdir=tmp_path, metric=metric, deadline=deadline
    )


@pytest.mark.parametrize(
    ("named", "left_s", "found"), [(7.0, None, 7.0), (7.0, 0.0, 7.0), (None, None, 3.0), (None, 0.0, 10.0)]
)
def test_a_name_comes_before_folds_and_the_usual_where_time_is_short(tmp_path, named, left_s, found):
    where = context(tmp_path, left_s)
    assert settled(named, lambda: 3.0, usual=10.0, what="strength", context=where) == found


def test_every_text_has_a_line_of_all_ngrams(tmp_path):
    texts = ("a red light", "a red screen", "my invoice")
    ngrams, features = counted(texts, ngram_options(texts, characters="no"), context(tmp_path))
    assert features.shape[0] == len(texts)
    assert (ngrams.transform(texts) != features).nnz == 0
