"""Ranks go where peft's own allocator puts them, and vectors are pulled towards orthogonality."""

from __future__ import annotations

import copy

import pytest
import torch

from headstart.train.hook import Step
from headstart.train.rank_allocation import EVERY, ORTHOGONALITY, Budget, RankAllocation
from tests.train.test_adapted import adapted

BUDGET = Budget(first=72, last=36, warm=0.2, final=0.3)


def parts(made):
    layers = [layer for _, layer in made.layers()]
    return tuple(
        [getattr(each, kind)["default"] for each in layers] for kind in ("lora_E", "lora_A", "lora_B")
    )


def hook(made, budget=BUDGET) -> RankAllocation:
    values, right, left = parts(made)
    return RankAllocation(values=values, right=right, left=left, budget=budget)


def set_gradients(made, seed: int, weight: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    for parameter in made.parameters():
        if parameter.requires_grad:
            parameter.grad = weight * torch.randn(parameter.shape, generator=generator)


def step(place: int, steps: int, weight: float = 1.0) -> Step:
    return Step(reached=(place + 0.5) / steps, factor=1.0, weight=weight)


def test_the_budget_falls_from_all_to_the_target():
    found = [BUDGET.at(reached) for reached in (0.0, 0.2, 0.3, 0.5, 0.69, 0.7, 1.0)]
    assert found[:2] == [72, 72]
    assert found[-2:] == [36, 36]
    assert found == sorted(found, reverse=True)
    # Half of the way between warm-up and the end leaves an eighth of what there is to cut.
    assert BUDGET.at(0.45) == int(36 + 36 / 8)


@pytest.mark.parametrize("budget", [70, 36, 10])
def test_the_same_ranks_stay_as_with_the_allocator_of_peft(tmp_path, budget):
    from peft.tuners.adalora.layer import RankAllocator

    ours, theirs = adapted(tmp_path, method="adalora"), adapted(tmp_path, method="adalora")
    mine = hook(ours)
    reference = RankAllocator(theirs.network, theirs.network.peft_config["default"], "default")
    for place in range(5):
        set_gradients(ours, place, weight=4.0)
        mine.before_step(step(place, 100, weight=4.0))
        # peft takes the gradients as they are, orthogonality included.
        for one, two in zip(ours.parameters(), theirs.parameters(), strict=True):
            two.grad = None if one.grad is None else one.grad / 4.0
        reference.update_ipt(theirs.network)
    kept = [mask.flatten().bool().tolist() for mask in mine._allocation(budget)]
    assert kept == list(reference.mask_to_budget(theirs.network, budget).values())
    assert sum(map(sum, kept)) == budget


def test_orthogonality_adds_its_slope_to_the_gradients(tmp_path):
    made = adapted(tmp_path, method="adalora")
    _, right, left = parts(made)
    norms = [(each @ each.T - torch.eye(len(each))).norm() for each in right]
    norms += [(each.T @ each - torch.eye(each.shape[1])).norm() for each in left]
    (7.0 * ORTHOGONALITY * torch.stack(norms).mean()).backward()
    expected = [each.grad.clone() for each in (*right, *left)]
    set_gradients(made, 0, weight=0.0)
    hook(made).before_step(step(0, 10, weight=7.0))
    for each, slope in zip((*right, *left), expected, strict=True):
        torch.testing.assert_close(each.grad, slope, atol=1e-6, rtol=1e-4)


def test_ranks_end_at_the_budget_and_stay_there(tmp_path):
    made, steps = adapted(tmp_path, method="adalora"), 8 * EVERY
    mine, left = hook(made), []
    for place in range(steps):
        set_gradients(made, place, weight=2.0)
        mine.before_step(step(place, steps, weight=2.0))
        with torch.no_grad():
            for parameter in made.parameters():
                if parameter.requires_grad:
                    parameter.sub_(1e-2 * parameter.grad)
        mine.after_step(step(place, steps, weight=2.0))
        left.append(sum(int((each != 0).sum()) for each in mine.values))
    assert left[0] == BUDGET.first
    assert left[-1] == BUDGET.last
    settled = round(0.7 * steps)
    assert set(left[settled:]) == {BUDGET.last}
    ranks = [int((each != 0).sum()) for each in mine.values]
    assert len(set(ranks)) > 1


def test_it_goes_on_from_its_state(tmp_path):
    made, again = (adapted(tmp_path, method="adalora") for _ in range(2))
    mine, other = hook(made), hook(again)
    for place in range(6):
        set_gradients(made, place, weight=1.0)
        mine.before_step(step(place, 10))
        mine.after_step(step(place, 10))
    other.restore(copy.deepcopy(dict(mine.state())))
    assert all(
        torch.equal(one, two) for one, two in zip(mine._allocation(40), other._allocation(40), strict=True)
    )
