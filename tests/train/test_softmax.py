"""The solver against derivatives by autograd, and at the minimum it claims."""

from __future__ import annotations

import pytest
import torch

from headstart.train.softmax import Problems, solve


def problems(rows: int = 60, width: int = 7, classes: int = 3) -> Problems:
    """Three problems that differ in rows and penalty."""
    generator = torch.Generator().manual_seed(0)
    columns = torch.randn(rows, width, generator=generator)
    row_weights = torch.rand(3, rows, generator=generator)
    return Problems(
        features=torch.cat([columns, torch.ones(rows, 1)], dim=1),
        variances=columns.square().mean(dim=0),
        targets=torch.arange(rows) % classes,
        classes=classes,
        row_weights=row_weights / row_weights.sum(dim=1, keepdim=True),
        penalties=torch.tensor([1e-3, 1e-2, 0.5]),
    )


def objective(some: Problems, point: torch.Tensor) -> torch.Tensor:
    """The sum of what all problems minimise, written the long way."""
    total = torch.zeros(())
    for each, weights, penalty in zip(point, some.row_weights, some.penalties, strict=True):
        losses = torch.nn.functional.cross_entropy(some.features @ each.T, some.targets, reduction="none")
        total = total + (losses * weights).sum() + penalty / 2 * each[:, :-1].square().sum()
    return total


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_value_and_slope_are_those_of_the_objective(classes):
    some = problems(classes=classes)
    point = torch.randn(3, classes, 8, generator=torch.Generator().manual_seed(1), requires_grad=True)
    expected = objective(some, point)
    (slope,) = torch.autograd.grad(expected, point)
    with torch.no_grad():
        value, log_probabilities = some.value(point, some.logits(point))
        torch.testing.assert_close(value.sum(), expected.detach())
        torch.testing.assert_close(some.gradient(point, log_probabilities), slope, atol=1e-6, rtol=1e-4)


def test_the_slope_vanishes_where_it_ends():
    some = problems()
    point, log_probabilities = solve(some, torch.zeros(3, 3, 8), tolerance=1e-9)
    assert some.gradient(point, log_probabilities).abs().max() < 1e-4
    torch.testing.assert_close(log_probabilities, torch.log_softmax(some.logits(point), dim=1))


def test_a_problem_ends_where_it_would_end_alone():
    some = problems()
    together, _ = solve(some, torch.zeros(3, 3, 8), tolerance=1e-9)
    for place in range(3):
        one = Problems(
            features=some.features,
            variances=some.variances,
            targets=some.targets,
            classes=some.classes,
            row_weights=some.row_weights[place : place + 1],
            penalties=some.penalties[place : place + 1],
        )
        alone, _ = solve(one, torch.zeros(1, 3, 8), tolerance=1e-9)
        torch.testing.assert_close(alone[0], together[place], atol=2e-3, rtol=1e-2)


def test_a_minimum_is_left_as_it_is():
    some = problems()
    point, _ = solve(some, torch.zeros(3, 3, 8), tolerance=1e-9)
    again, _ = solve(some, point, tolerance=1e-3)
    assert torch.equal(again, point)
