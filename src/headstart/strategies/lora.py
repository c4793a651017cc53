"""Small adapters learn beside the weights of the base, and are merged into them at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.core.knob import knob
from headstart.models.quantised import WEIGHT_BYTES, quantised_reasons
from headstart.train.learning import Learning
from headstart.train.smoothed import Smoothed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import nn

    from headstart.core.base import BaseInfo, Shape
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Cost, Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint
    from headstart.models.backbone import Backbone
    from headstart.train.groups import Group
    from headstart.train.hook import Hook

RANKED = frozenset({"lora", "dora", "rslora", "adalora"})
# Of these, the mean of several is one of them too.
MEANS = frozenset({"lora", "rslora", "bitfit"})
METHODS = ("lora", "dora", "rslora", "adalora", "ia3", "bitfit")
# Sums of the sides of all matrices of a block, as multiples of its width and of its inner size.
SIDES_WIDTH, SIDES_INNER = 10, 2
# Time of a step's products over that of a forward pass, where a step of full fine-tuning takes 3: there
# is no gradient of matrices, but the adapters' own products are thin. On 22 million parameters and 400
# tokens a step; wider matrices come nearer to 2.
PASSES = {"lora": 3.4, "dora": 4.2, "rslora": 3.4, "adalora": 4.6, "ia3": 2.8, "bitfit": 2.3}
# Adapters are merged into copies of the base, and peft itself takes its place.
MERGED_BYTES = 12.0
# Loading peft, and wrapping and merging the base.
ADAPTERS_S = 3.0
WHOLE, FOUR_BITS = "off", "4bit"
# Those whose adapters the library puts around weights of 4 bits as around others.
OVER_FOUR_BITS = ("lora", "dora", "rslora")
# A network of 4 bits learns, and another one keeps the best of it.
NETWORKS = 2


@dataclass(frozen=True, kw_only=True)
class Lora(Smoothed):
    """Low-rank adapters on all linear layers of the blocks, or one of the methods like them.

    LoRA: Hu et al. 2022, section 4.1; on all linear layers: Dettmers et al. 2023, section 5.1.
    `dora`: Liu et al. 2024, section 4.1; `rslora`: Kalajdzievski 2023, section 3; `adalora`: Zhang et
    al. 2023, section 3; `ia3`: Liu et al. 2022, section 3.3; `bitfit`: Ben Zaken et al. 2022, section 3.
    Over weights of 4 bits it is QLoRA (Dettmers et al. 2023, section 3).
    """

    usual_rate: ClassVar[float] = 1.5e-3
    summary: ClassVar[str] = "low-rank adapters on all linear layers, merged at the end"

    method: str = knob("lora", "what learns beside the weights of the base", choices=METHODS)
    rank: int = knob(
        16,
        "columns of an adapter; those of adalora, on average in the end",
        low=1,
        high=256,
        log=True,
        search=(4, 64),
    )
    alpha: float = knob(
        2.0, "size of an adapter's output, as a multiple of its rank", low=0.1, high=16.0, log=True
    )
    adapter_dropout: float = knob(
        0.0, "share of an adapter's input dropped while training", low=0.0, high=0.6, search=(0.0, 0.3)
    )
    quantised: str = knob(
        WHOLE,
        "whether the base is held in 4 bits while the adapters learn; needs a CUDA GPU and bitsandbytes",
        choices=(WHOLE, FOUR_BITS),
    )
    learning_rate: float | None = knob(
        None,
        "peak rate of the adapters; by the rows in a step without one",
        low=1e-6,
        high=1e-1,
        log=True,
    )

    @property
    def averages(self) -> bool:
        """Not where there is no adapter that stands for the mean of others."""
        return self.method in MEANS

    def learning(self, shape: Shape) -> Learning:
        sides = SIDES_WIDTH * shape.width + SIDES_INNER * shape.inner
        weights = shape.blocks * sides * (self.rank if self.method in RANKED else 1.0)
        usual = Learning(blocks=shape.blocks, weights=weights, passes=PASSES[self.method])
        if self.bits() == 4:
            return replace(usual, held=NETWORKS * WEIGHT_BYTES)
        return replace(usual, copies=0.0 if self.method == "bitfit" else MERGED_BYTES)

    def bits(self) -> int:
        return 4 if self.quantised == FOUR_BITS else 32

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = super().blockers(situation)
        if self.bits() != 4 or situation.base is None:
            return reasons
        if self.method not in OVER_FOUR_BITS:
            said = f"method {self.method} does not learn over weights of 4 bits"
            able = ", ".join(OVER_FOUR_BITS)
            reasons = (f"{said}; choose one of {able}, or leave `quantised` out", *reasons)
        return (*quantised_reasons(situation.machine.device, situation.base.family), *reasons)

    def cost(self, situation: Situation) -> Cost:
        own = super().cost(situation)
        return replace(own, seconds=own.seconds + (0.0 if self.method == "bitfit" else ADAPTERS_S))

    def prepared(self, backbone: Backbone, split: Split, context: Context) -> Backbone:
        if self.method == "bitfit":
            return backbone
        # peft and torch take seconds to import and are needed for a fit alone.
        from headstart.train.adapted import Adapted
        from headstart.train.adapter_config import adapter_config

        config = adapter_config(
            backbone, self.method, rank=self.rank, alpha=self.alpha, dropout=self.adapter_dropout
        )
        return Adapted(backbone, config, seed=context.seed)

    def groups(self, backbone: Backbone, head: nn.Module, rate: float) -> list[Group]:
        from headstart.train.adapter_groups import adapter_groups, bias_group
        from headstart.train.groups import Group

        own = tuple(head.parameters())
        heads = [Group(name="head", parameters=own, rate=self.head_rate)] if own else []
        if self.method == "bitfit":
            return [*heads, bias_group(backbone, rate=rate)]
        return [*heads, *adapter_groups(backbone, rate=rate)]

    def hooks(self, groups: Sequence[Group]) -> Sequence[Hook]:
        if self.method != "adalora":
            return ()
        from headstart.train.adapter_groups import allocation

        return (allocation(groups, rank=self.rank),)

    def shipped(self, backbone: Backbone) -> Backbone:
        from headstart.train.adapted import Adapted

        if not isinstance(backbone, Adapted):
            return backbone
        if self.bits() != 4:
            return backbone.merged()
        # It is written with whole weights, and until then stays as small as it is.
        backbone.adapter = backbone.adapter_now()
        return backbone

    def adapt(
        self, start: Model, split: Split, context: Context, *, state: Mapping[str, Any] | None = None
    ) -> Iterator[Checkpoint]:
        """As every fine-tuning; the model keeps the adapter where it goes with the base as published."""
        from headstart.train.opened import is_untouched

        base = start.base if is_untouched(start) else None
        for checkpoint in super().adapt(start, split, context, state=state):
            yield checkpoint.changed(lambda model: _beside(model, base))


def _beside(model: Model, base: BaseInfo | None) -> Model:
    """The model, with its adapter named after the base or, where that has changed, without it."""
    backbone: Any = getattr(model.predictor, "backbone", None)
    if backbone.adapter is not None:
        backbone.adapter = None if base is None else backbone.adapter.of(base)
    return model
