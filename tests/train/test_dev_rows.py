"""What dev rows say of a network, and what a sample of them says of the same network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from headstart import registry
from headstart.core.loss_shape import PLAIN, LossShape
from headstart.models.states import token_states
from headstart.tasks.question_answering import QuestionAnswering
from headstart.tasks.tagging import Tagging
from headstart.train.dev_rows import DevRows
from headstart.train.dev_sample import LEAST, SHARE, dev_sample, rows_read, sample_rows
from tests.contracts.small_data import small_rows, small_task
from tests.contracts.span_data import span_rows
from tests.contracts.tag_data import KINDS, tag_rows
from tests.tiny import tiny_backbone

SAMPLE = np.array([1, 4, 5, 11, 17])


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    backbone = tiny_backbone(tmp_path_factory.mktemp("bases"))
    head = small_task().head(backbone.info)
    with torch.no_grad():
        generator = torch.Generator().manual_seed(0)
        for each in head.parameters():
            each.copy_(torch.randn(each.shape, generator=generator))
    return backbone, head


def dev_rows(backbone, *, windows=False, shape=PLAIN, cut=None, sample=SAMPLE):
    task = replace(small_task(), windows=windows)
    rows = small_rows(20, seed=4)
    examples = task.encode(rows, backbone.tokenizer, 8 if windows else 64)
    states = None
    if cut is not None:
        states = token_states(backbone, examples, cuts=[cut], precision="float32", cache=None)[cut]
    return DevRows(
        task=task,
        metric=registry.build("metrics", "accuracy", {}),
        rows=rows,
        examples=examples,
        sample=sample,
        shape=shape,
        ready=lambda given: given.eval(),
        beside=lambda given: given.eval(),
        states=lambda: states,
    )


@pytest.mark.parametrize(
    ("task", "rows", "metric"),
    [
        (Tagging(kinds=KINDS, windows=True), tag_rows(20, seed=4), "tag_accuracy"),
        (QuestionAnswering(unanswerable=True), span_rows(20, seed=4), "answer_f1"),
    ],
    ids=["tags", "spans"],
)
def test_answers_within_texts_are_read_in_a_sample_as_they_are_among_all(network, task, rows, metric):
    backbone, _ = network
    head = task.head(backbone.info)
    with torch.no_grad():
        for each in head.parameters():
            each.copy_(torch.randn(each.shape, generator=torch.Generator().manual_seed(0)))
    dev = DevRows(
        task=task,
        metric=registry.build("metrics", metric, {}),
        rows=rows,
        examples=task.encode(rows, backbone.tokenizer, 16),
        sample=SAMPLE,
        shape=PLAIN,
        ready=lambda given: given.eval(),
        beside=lambda given: given.eval(),
        states=lambda: None,
    )
    assert dev.some(backbone, head).sample_score == dev.whole(backbone, head).sample_score > 0.0


@pytest.mark.parametrize("settings", [{}, {"windows": True}, {"cut": 2}], ids=str)
def test_the_sample_reads_as_it_does_among_all_rows(network, settings):
    dev = dev_rows(network[0], **settings)
    whole, some = dev.whole(*network), dev.some(*network)
    assert some.sample_score == whole.sample_score
    assert some.score is None
    np.testing.assert_allclose(some.losses, whole.losses, rtol=1e-4)
    if settings.get("windows"):
        assert len(dev.examples) > len(dev.rows)


def test_the_score_is_that_of_all_rows(network):
    dev = dev_rows(network[0])
    alone = dev_rows(network[0], sample=np.arange(20)).some(*network)
    assert dev.whole(*network).score == alone.score == alone.sample_score


@pytest.mark.parametrize(
    "shape", [PLAIN, LossShape(label_smoothing=0.2, class_weights=(1.0, 3.0, 0.5))], ids=["plain", "shaped"]
)
def test_the_mean_loss_is_that_of_the_task_over_the_sample(network, shape):
    backbone, head = network
    dev = dev_rows(backbone, shape=shape)
    examples = dev.task.encode(dev.rows.take(SAMPLE), backbone.tokenizer, 64)
    from headstart.train.outputs import outputs_of

    outputs = torch.from_numpy(outputs_of(backbone.eval(), head.eval(), examples))
    total, weight = dev.task.loss(outputs, torch.from_numpy(examples.targets), shape)
    assert dev.some(*network).losses.mean() == pytest.approx(float(total / weight), rel=1e-4)


def test_a_sample_is_small_beside_the_training_and_the_same_each_time():
    assert sample_rows(30, 90) == 30
    assert sample_rows(500, 200) == LEAST
    assert sample_rows(5000, 20_000) == round(SHARE * 20_000)
    first, second = (dev_sample(500, 2000, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert len(set(first.tolist())) == 180
    assert first.max() < 500
    assert (dev_sample(500, 2000, seed=4) != first).any()


def test_rows_that_are_read_are_counted():
    assert rows_read(500, 2000, epochs=4, patient=True) == 5 * 500
    assert rows_read(500, 2000, epochs=4, patient=False) == 2 * 500 + 3 * 180
    assert rows_read(500, 2000, epochs=0, patient=False) == 500
