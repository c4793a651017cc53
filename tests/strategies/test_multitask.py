"""Multi-task fine-tuning against its contract, and what auxiliary data does and leaves behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.plan import AuxiliarySize
from headstart.core.split import Split
from headstart.errors import SettingError
from headstart.tasks.classification import Classification
from tests.contracts.resuming import Resuming
from tests.contracts.small_data import small_rows, small_situation
from tests.contracts.strategy_contract import StrategyContract, assert_same

OTHER = "other.csv:stars"


def auxiliary(rows: int, *, seed: int = 50, told: bool = True) -> Split:
    """Texts of the same three kinds under other names; `told` says whether these belong to the texts."""
    names = ("A", "B", "C")
    drawn = small_rows(rows, seed=seed)
    stars = [names[place % 3] for place in range(rows)]
    stars = stars if told else list(np.random.default_rng(0).permutation(stars))
    frame = drawn.frame.with_columns(pl.Series("stars", stars))
    labelled = replace(drawn, frame=frame, columns=replace(drawn.columns, target="stars"))
    return Split(task=Classification(classes=names), train=labelled, dev=labelled.take([]))


class TestMultitask(Resuming, StrategyContract):
    name = "multitask"
    params = {"epochs": 2, "learning_rate": 3e-3, "head_rate": 1e-2}
    nothing_to_choose = {"epochs": 0}
    accuracy = 0.5

    def also(self):
        return {OTHER: auxiliary(120)}

    def situation(self, split, base, rows):
        plain = small_situation(split.task, base, train_rows=rows)
        return replace(plain, also=(AuxiliarySize(rows=4 * rows),))

    def few(self, split: Split, also: Split | None) -> Split:
        train = small_rows(24, seed=100)
        return replace(split, train=train, dev=train.take([]), also={OTHER: also} if also else {})

    def accuracies(self, start, split, tmp_path, seeds=(0, 1)) -> list[float]:
        unseen, found = small_rows(300, seed=9), []
        for seed in seeds:
            folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
            name = "multitask" if split.also else "full"
            strategy = registry.build("strategies", name, {**self.params, "epochs": 10})
            context = self.context_in(folder, seed=seed)
            *_, last = strategy.adapt(start, split, context)
            found.append(context.score(last.model, unseen))
        return found

    def test_data_that_carries_signal_helps_and_noise_does_not(self, start, split, tmp_path):
        alone, helped, misled = (
            np.mean(self.accuracies(start, self.few(split, also), tmp_path))
            for also in (None, auxiliary(300), auxiliary(300, told=False))
        )
        assert helped > alone + 0.1
        assert helped > misled + 0.1

    def test_what_ships_is_as_small_as_without_auxiliary_data(self, start, split, tmp_path):
        sizes = []
        for name in ("full", "multitask"):
            strategy = registry.build("strategies", name, self.params)
            *_, last = strategy.adapt(start, split, self.context_in(tmp_path / name))
            folder = tmp_path / f"{name}-saved"
            folder.mkdir()
            last.model.predictor.save(folder)
            sizes.append(sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()))
            assert last.model.task == split.task
        assert sizes[0] == sizes[1]

    def test_epoch_zero_is_the_probe_of_the_main_task(self, start, split, tmp_path, unseen):
        last = self.adapted(start, split, self.context_in(tmp_path / "a"), epochs=0)[-1]
        full = registry.build("strategies", "full", {**self.params, "epochs": 0})
        *_, other = full.adapt(start, split, self.context_in(tmp_path / "b"))
        assert_same(last.model.predict(unseen), other.model.predict(unseen))

    def test_several_tasks_of_several_sizes_are_learnt(self, start, split, context, unseen):
        several = {OTHER: auxiliary(120), "few.csv:stars": auxiliary(5, seed=51)}
        model = self.adapted(start, replace(split, also=several), context)[-1].model
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy

    def test_heads_of_auxiliary_tasks_start_from_their_probes_and_learn(self, start, split, context):
        from headstart.train.workshop import Workshop

        strategy = self.strategy()
        shop = Workshop.furnish(strategy, start=start, split=split, context=context)
        [also] = shop.also
        assert also.head.linear.weight.abs().max() > 0
        before = [each.detach().clone() for each in also.head.parameters()]
        list(shop.best_epoch().run())
        moved = [bool((old != new).any()) for old, new in zip(before, also.head.parameters(), strict=True)]
        assert all(moved)

    def test_no_more_auxiliary_rows_are_read_than_all_passes_take(self, start, split, context):
        from headstart.train.workshop import Workshop

        many = replace(split, also={OTHER: auxiliary(2000)})
        strategy = self.strategy(epochs=2, auxiliary=1.0)
        shop = Workshop.furnish(strategy, start=start, split=many, context=context)
        [also] = shop.also
        assert len(also.split.train) == 2 * len(split.train)
        assert also.share == pytest.approx(0.5)

    @pytest.mark.parametrize("precision", ["bfloat16"])
    def test_it_learns_in_half_precision_too(self, start, split, tmp_path, unseen, precision):
        context = self.context_in(tmp_path / "a", precision=precision)
        model = self.adapted(start, split, context)[-1].model
        assert (model.predict(unseen).labels == split.task.gold(unseen)).mean() >= self.accuracy

    def test_without_auxiliary_data_it_is_blocked(self, start, split):
        [reason] = self.strategy().blockers(small_situation(split.task, start.base, train_rows=90))
        assert reason == "no auxiliary data; name some with --also FILE:LABEL"

    def test_without_auxiliary_data_it_refuses_to_fit(self, start, split, context):
        with pytest.raises(SettingError, match="no auxiliary data"):
            self.adapted(start, replace(split, also={}), context)

    def test_cost_counts_auxiliary_steps_and_longer_texts(self, start, split):
        def cost(*also: AuxiliarySize):
            plain = small_situation(split.task, start.base, train_rows=1000)
            return self.strategy(auxiliary=1.0).cost(replace(plain, also=also))

        none, same, longer = (
            cost(),
            cost(AuxiliarySize(rows=1000)),
            cost(AuxiliarySize(rows=1000, length=3.0)),
        )
        full = registry.build("strategies", "full", self.params)
        alone = full.cost(small_situation(split.task, start.base, train_rows=1000))
        assert none == alone
        assert none.seconds < same.seconds < longer.seconds
        assert none.peak_bytes <= same.peak_bytes < longer.peak_bytes
        # However many rows there are, no more of them are read than there are main ones.
        assert cost(AuxiliarySize(rows=10**6)).seconds < 3 * same.seconds
