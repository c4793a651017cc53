"""Which weights learn where most of a base rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.errors import SettingError
from headstart.train.adapter_config import FINAL_SHARE, WARM_SHARE
from headstart.train.groups import Group
from headstart.train.rank_allocation import Budget, RankAllocation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.models.backbone import Backbone

# Names of groups, by how the names of their weights begin in `peft`.
VALUES, RIGHT, LEFT = "singular values", "right singular vectors", "left singular vectors"
SVD = {"lora_E": VALUES, "lora_A": RIGHT, "lora_B": LEFT}


def adapter_groups(backbone: Backbone, *, rate: float) -> list[Group]:
    """The weights of adapters, which are those that learn in a backbone with adapters.

    Zero is where low-rank matrices add nothing, so that they may decay towards it; singular values
    answer to their budget instead, and factors of IA3 rest at one.
    """
    learning = [(name, each) for name, each in backbone.named_parameters() if each.requires_grad]
    if not any(".lora_E." in name for name, _ in learning):
        decays = not any(".ia3_l." in name for name, _ in learning)
        return [
            Group(name="adapters", parameters=tuple(each for _, each in learning), rate=rate, decays=decays)
        ]
    return [
        Group(
            name=group,
            parameters=tuple(each for name, each in learning if f".{kind}." in name),
            rate=rate,
            decays=kind != "lora_E",
        )
        for kind, group in SVD.items()
    ]


def bias_group(backbone: Backbone, *, rate: float) -> Group:
    """The biases of the blocks and of what follows them; all else is marked as frozen.

    Raises:
        SettingError: the base has none.
    """
    weights = [*(each for index in range(backbone.depth) for each in backbone.block_parameters(index))]
    inside = {id(each) for each in (*weights, *backbone.final_parameters())}
    biases = []
    for name, parameter in backbone.named_parameters():
        learns = id(parameter) in inside and name.endswith("bias")
        parameter.requires_grad_(learns)
        if learns:
            biases.append(parameter)
    if not biases:
        raise SettingError(
            f"bitfit trains biases, and a {backbone.info.family} base such as {backbone.info.name} has "
            "none; choose another method, such as lora"
        )
    return Group(name="biases", parameters=tuple(biases), rate=rate)


def allocation(groups: Sequence[Group], *, rank: int) -> RankAllocation:
    """AdaLoRA's hook over what `adapter_groups` gave.

    Args:
        groups: all groups of the training.
        rank: of an adapter in the end, on average.
    """
    values, right, left = (
        next(group.parameters for group in groups if group.name == name) for name in (VALUES, RIGHT, LEFT)
    )
    first = sum(len(each) for each in values)
    budget = Budget(first=first, last=rank * len(values), warm=WARM_SHARE, final=FINAL_SHARE)
    return RankAllocation(values=values, right=right, left=left, budget=budget)
