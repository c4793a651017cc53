"""The trained strategies on pairs of answers."""

from __future__ import annotations

from dataclasses import replace

from headstart import registry
from tests.contracts.preference_data import PreferenceContract
from tests.contracts.resuming import Resuming

QUICK = {"epochs": 4, "batch_size": 8}


class TestFull(Resuming, PreferenceContract):
    name = "full"
    params = {**QUICK, "learning_rate": 2e-3, "layer_decay": 1.0}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.9

    def test_the_loss_starts_at_that_of_a_base_that_has_not_moved(self, start, split, context):
        points = self.adapted(start, split, context)[-1].curve.points
        # No gain on either side: the logarithm of two.
        assert abs(points[0].dev_loss - 0.6931) < 1e-3
        assert points[-1].dev_loss < 0.6

    def test_it_moves_away_from_the_base_and_says_how_far(self, start, split, context):
        model = self.adapted(start, split, context)[-1].model
        still = self.adapted(start, split, context, epochs=0)[-1].model
        metric = registry.build("metrics", "kl_to_base", {})
        moved, rested = (
            metric.value(metric.stats(split.task.gold(split.dev), each.predict(split.dev)))
            for each in (model, still)
        )
        assert abs(rested) < 1e-5
        assert moved > 0.001

    def test_beta_and_smoothing_change_what_is_learnt(self, start, split, tmp_path):
        found = {}
        for name, beta, params in (("a", 0.1, {}), ("b", 3.0, {}), ("c", 0.1, {"label_smoothing": 0.4})):
            task = replace(split.task, beta=beta)
            parts = replace(split, task=task)
            model = self.adapted(
                replace(start, task=task), parts, self.context_in(tmp_path / name), epochs=2, **params
            )[-1].model
            found[name] = model.predict(split.dev).likelihoods[:, 0]
            assert model.task.beta == beta
        assert abs(found["a"] - found["b"]).max() > 1e-3
        assert abs(found["a"] - found["c"]).max() > 1e-3

    def test_a_run_tells_how_dear_it_is_to_move(self, start, split):
        task = replace(split.task, beta=0.3)
        notes = task.base_notes(start.base, {"train": split.train})
        assert any("beta=0.3" in each for each in notes)


class TestLora(PreferenceContract):
    name = "lora"
    params = {**QUICK, "rank": 4, "learning_rate": 1e-2}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.8
