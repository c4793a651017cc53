"""Every block of the base learns from auxiliary tasks too, each through a head of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from headstart.core.knob import knob
from headstart.core.plan import Cost
from headstart.errors import SettingError
from headstart.train.learning import Learning
from headstart.train.mixing import mixing_shares
from headstart.train.regularised import Regularised
from headstart.train.work import reading_s, training_s

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from headstart.core.base import Shape
    from headstart.core.plan import Situation
    from headstart.core.split import Split
    from headstart.models.backbone import Backbone
    from headstart.train.groups import Group

NONE = "no auxiliary data; name some with --also FILE:LABEL"


@dataclass(frozen=True, kw_only=True)
class Multitask(Regularised):
    """Fine-tuning of all blocks on several tasks at once, of which only the main one counts.

    Tasks share the backbone and have a head each (Caruana 1997, section 2); a step learns from a batch
    of one task, and the batches of all are mixed (Liu et al. 2019, MT-DNN, algorithm 1). How many of
    them a task gives is set by temperature (Raffel et al. 2020, section 3.5.2). Dev rows of the main
    task choose the epoch; the heads of the others are thrown away.
    """

    reads: ClassVar[tuple[str, ...]] = ("also",)
    answers: ClassVar[tuple[str, ...]] = ("class",)
    summary: ClassVar[str] = "fine-tuning of all blocks on auxiliary data too"

    temperature: float = knob(
        2.0, "how alike auxiliary tasks of unlike size count; 1 counts rows", low=1.0, high=100.0, log=True
    )
    auxiliary: float = knob(
        4.0,
        "auxiliary batches for each main batch, at most",
        low=0.01,
        high=100.0,
        log=True,
        search=(0.5, 8.0),
    )
    layer_decay: float = knob(
        0.9, "rate of a block over that of the block above", low=0.3, high=1.0, search=(0.6, 1.0)
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = super().blockers(situation)
        return reasons if situation.also else (*reasons, NONE)

    def cost(self, situation: Situation) -> Cost:
        own = super().cost(situation)
        assert situation.base is not None
        pace = self.pace(situation.task, situation.train_rows)
        weights = self.learning(situation.base.shape).weights
        seconds, peak_bytes = own.seconds, own.peak_bytes
        shares = self._shares(situation.train_rows, [each.rows for each in situation.also])
        for each, share in zip(situation.also, shares, strict=True):
            its_own = _with_texts_of(situation, each.length)
            rows = pace.epochs * share * each.rows
            seconds += reading_s(its_own, min(rows, each.rows), self.max_length)
            seconds += training_s(
                its_own, rows, batch_size=pace.batch_size, learning=weights, max_length=self.max_length
            )
            peak_bytes = max(peak_bytes, super().cost(its_own).peak_bytes)
        return Cost(seconds=seconds, peak_bytes=peak_bytes)

    def learning(self, shape: Shape) -> Learning:
        return Learning(blocks=shape.blocks, weights=shape.parameters - shape.embedding_parameters)

    def groups(self, backbone: Backbone, head: nn.Module, rate: float) -> list[Group]:
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.groups import layered_groups

        return layered_groups(
            backbone,
            head,
            rate=rate,
            head_rate=self.head_rate,
            layer_decay=self.layer_decay,
        )

    def also(self, split: Split) -> Mapping[str, float]:
        if not split.also:
            raise SettingError(f"multitask has {NONE}")
        rows = [len(each.train) for each in split.also.values()]
        return dict(zip(split.also, self._shares(len(split.train), rows), strict=True))

    def _shares(self, rows: int, others: list[int]) -> tuple[float, ...]:
        return mixing_shares(max(1, rows), others, temperature=self.temperature, most=self.auxiliary)


def _with_texts_of(situation: Situation, length: float) -> Situation:
    """The situation if texts were so many times as long."""
    lengths = situation.profile.lengths
    longer = replace(lengths, mean=lengths.mean * length)
    return replace(situation, profile=replace(situation.profile, lengths=longer))
