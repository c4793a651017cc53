"""Few-shot learning against the contract of strategies, by either method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from headstart import registry
from headstart.train import few_shot_fit
from headstart.train.few_shot_fit import fit_neighbours, fit_prototypes
from headstart.train.labelled import Labelled
from tests.contracts.small_data import small_rows, small_situation
from tests.contracts.strategy_contract import StrategyContract


class TestFewShot(StrategyContract):
    name = "few_shot"
    accuracy = 0.4

    @pytest.mark.parametrize("method", ["prototypes", "neighbours"])
    def test_a_method_that_is_named_is_taken(self, start, split, context, method, unseen):
        last = self.adapted(start, split, context, method=method)[-1]
        assert last.chosen["method"] == method
        kinds = {"prototypes": "label_similarity", "neighbours": "neighbours"}
        assert registry.name_of(last.model.predictor) == kinds[method]
        assert (last.model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy

    def test_settings_that_are_given_are_kept(self, start, split, context):
        last = self.adapted(start, split, context, method="neighbours", neighbours=4, temperature=0.3)[-1]
        assert dict(last.chosen) == {"method": "neighbours", "neighbours": 4, "temperature": 0.3}
        assert (last.model.predictor.neighbours, last.model.predictor.temperature) == (4, 0.3)

    def test_neighbours_are_considered_where_there_are_rows_enough(self, start, split, context, monkeypatch):
        few = self.adapted(start, split, context)[-1]
        assert few.chosen["method"] == "prototypes"
        monkeypatch.setattr(few_shot_fit, "FEWEST_CLUSTERS", 10)
        monkeypatch.setattr(few_shot_fit, "left_out_cosines", no_better_than_chance)
        assert self.adapted(start, split, context)[-1].chosen["method"] == "neighbours"

    @pytest.mark.parametrize("method", ["prototypes", "neighbours", None])
    def test_one_row_a_class_is_enough(self, start, split, context, unseen, method):
        few = replace(split, train=small_rows(3), dev=split.dev.take([]))
        model = self.adapted(start, few, context, method=method)[-1].model
        assert np.isfinite(model.predict(unseen).probabilities).all()

    def test_decoders_are_left_out(self, start, split):
        decoder = replace(start.base, kind="decoder")
        (reason,) = self.strategy().blockers(small_situation(split.task, decoder, train_rows=90))
        assert "is a decoder, whose vectors do not compare texts; name an encoder with --base" in reason
        assert "in_context" in reason
        both = replace(start.base, kind="encoder-decoder")
        (reason,) = self.strategy().blockers(small_situation(split.task, both, train_rows=90))
        assert "is an encoder-decoder" in reason
        assert "in_context" not in reason

    def test_more_rows_than_memory_holds_are_refused(self, start, split):
        (reason,) = self.strategy().blockers(small_situation(split.task, start.base, train_rows=10**8))
        assert "memory" in reason


def no_better_than_chance(vectors, labelled):
    """Cosines by which every text lies nearest to a wrong class."""
    cosines = np.ones((len(vectors), labelled.classes), dtype=np.float32)
    cosines[np.arange(len(vectors)), labelled.targets] = 0.0
    return cosines, np.ones(len(vectors), dtype=bool)


def clouds(rows: int, noise: float, *, modes: int = 1):
    """Two classes about `modes` centres each."""
    rng = np.random.default_rng(0)
    targets = np.arange(rows) % 2
    centre = rng.normal(size=(2 * modes, 8))[targets * modes + rng.integers(0, modes, rows)]
    made = centre + noise * rng.normal(size=(rows, 8))
    labelled = Labelled(targets=targets, classes=2, groups=np.arange(rows), weights=np.ones(rows))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32), labelled


def test_one_centre_a_class_speaks_for_prototypes_and_many_for_neighbours():
    gains = [
        fit_neighbours(*clouds(300, 0.4, modes=modes)).loss
        - fit_prototypes(*clouds(300, 0.4, modes=modes)).loss
        for modes in (1, 12)
    ]
    assert gains[0] > 0 > gains[1]


def test_copies_in_a_cluster_do_not_vouch_for_each_other():
    vectors, labelled = clouds(60, 2.0)
    copied = labelled.take(np.repeat(np.arange(60), 4))
    apart = fit_neighbours(np.repeat(vectors, 4, axis=0), copied).loss
    mixed = fit_neighbours(np.repeat(vectors, 4, axis=0), replace(copied, groups=np.arange(240))).loss
    assert apart > 2 * mixed
