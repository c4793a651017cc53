"""What every task promises; the test of a task inherits this class and gives it rows."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest
import torch

from headstart import registry
from headstart.core.linear_fit import FitWish
from headstart.core.task import ANSWERS
from headstart.models.batching import collate
from headstart.models.describe import describe
from headstart.models.open_base import open_tokenizer

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.rows import Rows

MAX_LENGTH = 16


class TaskContract:
    """Inherit it, set `name`, and give the fixture `rows`.

    Attributes:
        name: the task's name.
    """

    name: ClassVar[str]

    @pytest.fixture
    def rows(self) -> Rows:
        raise NotImplementedError

    @pytest.fixture
    def task(self, rows: Rows) -> Any:
        return registry.load("tasks", self.name).infer(rows)

    @pytest.fixture
    def base(self, tiny_bert: Path) -> BaseInfo:
        return describe(str(tiny_bert))

    @pytest.fixture
    def tokenizer(self, base: BaseInfo) -> Any:
        return open_tokenizer(base)

    def test_it_travels_as_json(self, task):
        written = json.loads(json.dumps(asdict(task)))
        assert registry.from_spec("tasks", {"use": self.name, "params": written}) == task

    def test_it_names_plug_ins_that_exist(self, task):
        assert set(task.baselines()) <= set(registry.names("strategies"))
        assert task.first_rung() in registry.names("strategies")
        assert set(task.metrics()) <= set(registry.names("metrics"))

    def test_every_row_owns_examples_within_the_limit(self, task, rows, tokenizer):
        examples = task.encode(rows, tokenizer, MAX_LENGTH)
        assert set(examples.owners) == set(range(len(rows)))
        assert (np.diff(examples.owners) >= 0).all()
        assert examples.lengths.max() <= MAX_LENGTH
        assert examples.offsets[-1] == len(examples.tokens)
        assert examples.targets is not None

    def test_rows_without_a_target_are_encoded_alike(self, task, rows, tokenizer):
        blind = replace(rows, columns=replace(rows.columns, target=None))
        examples = task.encode(blind, tokenizer, MAX_LENGTH)
        np.testing.assert_array_equal(examples.tokens, task.encode(rows, tokenizer, MAX_LENGTH).tokens)
        assert examples.targets is None

    def test_losses_of_parts_add_up_to_the_loss_of_the_whole(self, task, rows, tokenizer, base):
        outputs, targets = self.outputs(task, rows, tokenizer, base)
        total, weight = task.loss(outputs, targets)
        half = len(outputs) // 2
        parts = [task.loss(outputs[:half], targets[:half]), task.loss(outputs[half:], targets[half:])]
        torch.testing.assert_close(sum(each[0] for each in parts), total)
        torch.testing.assert_close(sum(each[1] for each in parts), weight)
        assert weight > 0

    def test_the_loss_has_a_gradient(self, task, rows, tokenizer, base):
        outputs, targets = self.outputs(task, rows, tokenizer, base)
        outputs = outputs.detach().requires_grad_()
        task.loss(outputs, targets)[0].backward()
        assert torch.isfinite(outputs.grad).all()
        assert outputs.grad.abs().sum() > 0

    def test_each_row_gets_one_prediction(self, task, rows, tokenizer, base):
        examples = task.encode(rows, tokenizer, MAX_LENGTH)
        outputs, _ = self.outputs(task, rows, tokenizer, base)
        assert len(task.decode(self.lines(outputs, examples), examples)) == len(rows)

    def test_no_rows_get_no_predictions(self, task, rows, tokenizer, base):
        examples = task.encode(rows.take([]), tokenizer, MAX_LENGTH)
        outputs, _ = self.outputs(task, rows, tokenizer, base)
        whole = task.encode(rows, tokenizer, MAX_LENGTH)
        assert len(task.decode(self.lines(outputs, whole)[:0], examples)) == 0

    def outputs(
        self, task: Any, rows: Rows, tokenizer: Any, base: BaseInfo
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Outputs of a head with random weights on random states."""
        examples = task.encode(rows, tokenizer, MAX_LENGTH)
        batch = collate(examples, np.arange(len(examples)), pad=0)
        generator = torch.Generator().manual_seed(0)
        head = task.head(base)
        for parameter in head.parameters():
            parameter.data.normal_(generator=generator)
        states = torch.randn(*batch.mask.shape, base.shape.width, generator=generator)
        return head(states, batch.mask), batch.targets

    def lines(self, outputs: torch.Tensor, examples: Examples) -> Any:
        """Outputs as `decode` gets them: a line an example, or a line a token that is no padding."""
        found = outputs.detach()
        if found.ndim == 3:
            found = found[collate(examples, np.arange(len(examples)), pad=0).mask]
        return found.numpy()

    def test_counts_and_strata_cover_the_rows(self, task, rows):
        strata = task.strata(rows)
        assert len(strata) == len(rows)
        assert strata.min() >= 0
        assert all(isinstance(each, int) for each in task.counts(rows).values())
        assert len(task.strata(rows.take([]))) == 0

    def test_it_says_what_it_is(self, task, rows):
        assert task.answer in ANSWERS
        assert registry.name_of(task) == self.name
        assert task.summary
        assert task.pipeline
        assert type(task.settled(rows)) is type(task)

    def test_a_linear_fit_starts_a_head(self, task, rows, tokenizer, base):
        examples = task.encode(rows, tokenizer, MAX_LENGTH)
        targets = examples.targets
        if examples.words is not None:
            targets = targets[targets >= 0]
        features = np.random.default_rng(0).normal(size=(len(targets), base.shape.width)).astype(np.float32)
        fit = task.linear(features, targets, FitWish())
        head = task.head(base).start_from(fit.weight, fit.bias)
        assert fit.weight.shape == (len(fit.bias), base.shape.width)
        assert all(torch.isfinite(each).all() for each in head.parameters())
