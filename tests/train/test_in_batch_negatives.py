"""In-batch negatives against PyTorch's cross-entropy, and what is no negative."""

from __future__ import annotations

import pytest
import torch

from headstart.train.in_batch_negatives import (
    NEGATIVE,
    POSITIVE,
    QUERY,
    SCALE,
    UNREAD,
    in_batch_negatives,
)

NOBODY = -1


def batch(*texts: tuple[int, int, int, int], seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(len(texts), 8, generator=generator), torch.tensor(texts)


def cosines(outputs: torch.Tensor) -> torch.Tensor:
    units = torch.nn.functional.normalize(outputs, dim=1)
    return SCALE * units @ units.T


def test_one_passage_a_query_is_cross_entropy_over_the_batch():
    rows = range(5)
    texts = [text for row in rows for text in ((row, QUERY, row, NOBODY), (row, POSITIVE, row, 100 + row))]
    outputs, targets = batch(*texts)
    losses, which = in_batch_negatives(outputs, targets)
    logits = cosines(outputs)[0::2, 1::2]
    expected = torch.nn.functional.cross_entropy(logits, torch.arange(5), reduction="none")
    torch.testing.assert_close(losses, expected)
    assert which.tolist() == [*rows]


def test_the_order_of_texts_decides_nothing():
    texts = [(0, QUERY, 0, NOBODY), (0, POSITIVE, 0, 7), (1, QUERY, 1, NOBODY), (1, POSITIVE, 1, 8)]
    outputs, targets = batch(*texts)
    order = torch.tensor([3, 0, 2, 1])
    plain = in_batch_negatives(outputs, targets)[0].sum()
    torch.testing.assert_close(in_batch_negatives(outputs[order], targets[order])[0].sum(), plain)


def test_named_wrong_passages_are_negatives_of_every_query():
    texts = [
        (0, QUERY, 0, NOBODY),
        (0, POSITIVE, 0, 7),
        (0, NEGATIVE, 0, 9),
        (1, QUERY, 1, NOBODY),
        (1, POSITIVE, 1, 8),
    ]
    outputs, targets = batch(*texts)
    logits = cosines(outputs)[[0, 3]][:, [1, 2, 4]]
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor([0, 2]), reduction="none")
    torch.testing.assert_close(in_batch_negatives(outputs, targets)[0], expected)


def test_a_passage_that_answers_both_queries_is_a_negative_of_neither():
    texts = [
        (0, QUERY, 0, NOBODY),
        (0, POSITIVE, 0, 7),
        (1, QUERY, 1, NOBODY),
        (1, POSITIVE, 1, 7),
        (2, QUERY, 2, NOBODY),
        (2, POSITIVE, 2, 8),
    ]
    outputs, targets = batch(*texts)
    losses = in_batch_negatives(outputs, targets)[0]
    logits = cosines(outputs)
    # The first two rows are told from the third alone, and the shared passage counts once.
    for place, row in enumerate((0, 2)):
        expected = torch.nn.functional.softplus(logits[row, 5] - logits[row, 1])
        torch.testing.assert_close(losses[place], expected)
    torch.testing.assert_close(losses[2], torch.nn.functional.softplus(logits[4, 1] - logits[4, 5]))


def test_passages_of_the_same_query_in_another_row_are_right_for_both():
    texts = [
        (0, QUERY, 5, NOBODY),
        (0, POSITIVE, 5, 7),
        (1, QUERY, 5, NOBODY),
        (1, POSITIVE, 5, 8),
        (2, QUERY, 6, NOBODY),
        (2, POSITIVE, 6, 9),
    ]
    outputs, targets = batch(*texts)
    logits = cosines(outputs)
    each = torch.nn.functional.softplus(logits[0, 5] - logits[0, [1, 3]])
    torch.testing.assert_close(in_batch_negatives(outputs, targets)[0][0], each.mean())


def test_a_passage_of_which_nothing_is_read_is_right_where_another_row_reads_it():
    texts = [
        (0, QUERY, 5, NOBODY),
        (0, POSITIVE, 5, 7),
        (0, UNREAD, 5, 8),
        (1, QUERY, 6, NOBODY),
        (1, POSITIVE, 6, 8),
        (2, QUERY, 7, NOBODY),
        (2, POSITIVE, 7, 9),
    ]
    outputs, targets = batch(*texts)
    outputs.requires_grad_()
    losses, rows = in_batch_negatives(outputs, targets)
    logits = cosines(outputs)
    assert rows.tolist() == [0, 1, 2]
    each = torch.nn.functional.softplus(logits[0, 6] - logits[0, [1, 4]])
    torch.testing.assert_close(losses[0], each.mean())
    # Nothing is learnt of the empty text that stands for it.
    losses.sum().backward()
    assert not outputs.grad[2].any()
    assert outputs.grad[4].any()


def test_a_query_without_a_wrong_passage_is_not_asked_and_has_a_gradient_of_nought():
    outputs, targets = batch((0, QUERY, 0, NOBODY), (0, POSITIVE, 0, 7))
    outputs.requires_grad_()
    losses, rows = in_batch_negatives(outputs, targets)
    assert len(losses) == len(rows) == 0
    losses.sum().backward()
    assert torch.isfinite(outputs.grad).all()


@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_lengths_of_vectors_do_not_count(factor):
    texts = [(0, QUERY, 0, NOBODY), (0, POSITIVE, 0, 7), (1, QUERY, 1, NOBODY), (1, POSITIVE, 1, 8)]
    outputs, targets = batch(*texts)
    plain = in_batch_negatives(outputs, targets)[0]
    torch.testing.assert_close(in_batch_negatives(factor * outputs, targets)[0], plain)
