"""Full fine-tuning against its contract, and what its epochs mean."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from headstart.core.deadline import Deadline
from tests.contracts.resuming import Resuming
from tests.contracts.strategy_contract import StrategyContract, alone, assert_same


class TestFull(Resuming, StrategyContract):
    name = "full"
    params = {"epochs": 2, "learning_rate": 3e-3, "head_rate": 1e-2}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.5

    def test_more_epochs_fit_the_training_rows_better(self, start, split, tmp_path):
        scores = []
        for epochs in (0, 6):
            context = self.context_in(tmp_path / str(epochs))
            model = self.adapted(start, alone(split), context, epochs=epochs)[-1].model
            scores.append(context.score(model, split.train))
        assert scores[1] > scores[0]

    def test_the_best_epoch_is_kept_and_named(self, start, split, context):
        checkpoints = self.adapted(start, split, context, epochs=4, patience=4)
        scores = [each.dev_score for each in checkpoints]
        assert scores == sorted(scores)
        assert checkpoints[-1].dev_score == max(scores)
        assert 0 <= checkpoints[-1].chosen["epochs"] <= 4

    def test_the_last_epoch_stands_unless_told_otherwise(self, start, split, context):
        checkpoints = self.adapted(start, split, context, epochs=3, learning_rate=0.5)
        assert checkpoints[-1].chosen == {"epochs": 3}
        assert checkpoints[-1].dev_score < max(each.dev_score for each in checkpoints)
        assert checkpoints[-1].dev_score == pytest.approx(context.score(checkpoints[-1].model, split.dev))

    def test_it_stops_when_dev_no_longer_gains(self, start, split, context):
        checkpoints = self.adapted(
            start, split, context, epochs=6, learning_rate=1e-7, head_rate=1e-7, patience=2
        )
        assert len(checkpoints) == 3
        assert checkpoints[-1].chosen == {"epochs": 0}
        assert checkpoints[-1].fraction == 1.0

    def test_embeddings_learn_only_when_told(self, start, split, tmp_path):
        from headstart.models.open_base import open_backbone

        before = [each.clone() for each in open_backbone(start.base).embedding_parameters()]
        for embeddings in (False, True):
            context = self.context_in(tmp_path / str(embeddings))
            model = self.adapted(start, alone(split), context, embeddings=embeddings)[-1].model
            after = model.predictor.backbone.embedding_parameters()
            same = all(torch.equal(old, new) for old, new in zip(before, after, strict=True))
            assert same is not embeddings

    def test_no_time_leaves_the_probe(self, start, split, tmp_path, unseen):
        from headstart import registry

        hurried = self.context_in(tmp_path / "a", deadline=Deadline.after(0.0))
        last = self.adapted(start, split, hurried)[-1]
        assert last.fraction < 1.0
        probe = registry.build("strategies", "probe", {"strength": self.strategy().head_strength})
        untouched = list(probe.adapt(start, split, self.context_in(tmp_path / "b")))[-1]
        first, second = (each.model.predict(unseen).probabilities for each in (last, untouched))
        np.testing.assert_allclose(first, second, atol=1e-3)

    @pytest.mark.parametrize("precision", ["bfloat16"])
    def test_it_learns_in_half_precision_too(self, start, split, tmp_path, unseen, precision):
        context = self.context_in(tmp_path / "a", precision=precision)
        model = self.adapted(start, split, context)[-1].model
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy
        assert all(each.dtype == torch.float32 for each in model.predictor.backbone.parameters())

    @pytest.mark.parametrize(
        "params",
        [
            {"label_smoothing": 0.1},
            {"focal": 2.0},
            {"class_weights": "balanced"},
            {"l2_sp": 1.0},
            {"mixout": 0.5},
            {"r_drop": 1.0, "dropout": 0.1},
            {"averaging": 0.9},
            {"interpolation": 0.7},
            {"averaging": 0.9, "interpolation": 0.5, "l2_sp": 1.0, "mixout": 0.2},
        ],
        ids="+".join,
    )
    def test_regularised_or_not_what_is_measured_is_what_ships(self, start, split, tmp_path, unseen, params):
        whole, rest = self.resumed(start, split, tmp_path, **params)
        context = self.context_in(tmp_path / "a")
        assert whole[-1].dev_score == pytest.approx(context.score(whole[-1].model, split.dev))
        assert_same(rest[-1].model.predict(unseen), whole[-1].model.predict(unseen))
        refit = self.adapted(start, alone(split), context, **params)[-1]
        assert (refit.model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy

    def test_averaging_ships_without_dev_rows_too(self, start, split, tmp_path, unseen):
        plain, moved = (
            self.adapted(start, alone(split), self.context_in(tmp_path / str(share)), interpolation=share)[-1]
            for share in (1.0, 0.0)
        )
        untouched = self.adapted(start, alone(split), self.context_in(tmp_path / "none"), epochs=0)[-1]
        assert_same(moved.model.predict(unseen), untouched.model.predict(unseen))
        difference = abs(
            plain.model.predict(unseen).probabilities - untouched.model.predict(unseen).probabilities
        )
        assert difference.max() > 0.01

    def test_r_drop_without_dropout_is_refused(self, start, split):
        from tests.contracts.small_data import small_situation

        [reason] = self.strategy(r_drop=1.0).blockers(small_situation(split.task, start.base, train_rows=90))
        assert "dropout is 0" in reason

    def test_too_few_rows_block_it(self, split, start):
        from tests.contracts.small_data import small_situation

        [reason] = self.strategy().blockers(small_situation(split.task, start.base, train_rows=4))
        assert "too few" in reason

    def test_rare_classes_are_seen_more_often(self, split, start):
        from tests.contracts.small_data import small_situation

        def seconds_a_row(rows: int) -> float:
            situation = small_situation(split.task, start.base, train_rows=rows)
            fixed = self.strategy(epochs=0).cost(situation).seconds
            return (self.strategy(epochs=None).cost(situation).seconds - fixed) / rows

        assert seconds_a_row(30) > seconds_a_row(90) > seconds_a_row(3000)
