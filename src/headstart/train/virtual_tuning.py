"""Fine-tunings of nothing but what stands ahead of each text."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.core.knob import knob
from headstart.errors import SettingError
from headstart.train.smoothed import Smoothed
from headstart.train.work import TOKENS_PER_WORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from peft import PeftConfig
    from torch import Tensor, nn

    from headstart.core.base import BaseInfo
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.plan import Cost, Situation
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint
    from headstart.models.backbone import Backbone
    from headstart.models.prefixed import Prefixed
    from headstart.train.groups import Group

# Tokens that must be left for a text.
LEAST_ROOM = 8
# Gradients pass through all blocks, and none is taken of a matrix.
PASSES = 2.3
# Loading peft, and putting it around the base.
ADAPTERS_S = 3.0


@dataclass(frozen=True, kw_only=True)
class VirtualTuning(Smoothed):
    """What prompt tuning and prefix tuning have in common: the base rests, few weights ahead of it learn."""

    on_request: ClassVar[bool] = True
    by_width: ClassVar[bool] = False
    # As a share of the mean size of the values that learn.
    usual_rate: ClassVar[float] = 0.1

    virtual_tokens: int = knob(
        20, "places ahead of each text that learn", low=1, high=512, log=True, search=(5, 100)
    )
    init: str = knob(
        "data",
        "what they start as: words of the labels or of training texts, tokens drawn from the vocabulary, or "
        "noise",
        choices=("data", "vocabulary", "random"),
    )
    instruction: str = knob("", "what they start as instead, in words")
    learning_rate: float | None = knob(
        None,
        "peak rate of what stands ahead; a share of its size without one",
        low=1e-6,
        high=10.0,
        log=True,
    )

    @property
    def averages(self) -> bool:
        """Not their mean: fits of other rows may start from other words, and such large steps lead apart."""
        return False

    @abstractmethod
    def configured(self, backbone: Backbone) -> PeftConfig:
        """What `peft` is to put ahead of each text that a network reads."""

    @abstractmethod
    def first_values(self, backbone: Backbone, tokens: Tensor) -> Tensor | None:
        """The values that stand for tokens; None where they start otherwise."""

    def ahead(self) -> int:
        return self.virtual_tokens

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = super().blockers(situation)
        base, own = situation.base, self.virtual_tokens
        if base is None:
            return reasons
        read = base.shape.positions
        if own + LEAST_ROOM > read:
            return (
                *reasons,
                f"{own} virtual tokens leave a text fewer than {LEAST_ROOM} of the {read} that {base.name} "
                "reads; lower virtual_tokens",
            )
        if self.max_length is not None and own + self.max_length > read:
            said = f"max_length is {self.max_length} and there are {own} virtual tokens"
            return (*reasons, f"{said}, where {base.name} reads {read} in all; lower one of them")
        return reasons

    def cost(self, situation: Situation) -> Cost:
        own = super().cost(self.lengthened(situation))
        return replace(own, seconds=own.seconds + ADAPTERS_S)

    def lengthened(self, situation: Situation) -> Situation:
        """The situation with texts as long as they are read: with the virtual tokens, where these are run."""
        return situation

    def prepared(self, backbone: Backbone, split: Split, context: Context) -> Backbone:
        # peft and torch take seconds to import and are needed for a fit alone.
        from headstart.models.prefixed import Prefixed

        found = Prefixed(backbone.alone(), self.configured(backbone.alone()), seed=context.seed)
        if isinstance(backbone, Prefixed):
            return _going_on(backbone, found)
        values = self._first(backbone, split, context)
        if values is not None:
            found.begin_with(values)
        return found

    def groups(self, backbone: Backbone, head: nn.Module, rate: float) -> list[Group]:
        from headstart.train.groups import Group

        prefixed: Any = backbone
        if self.learning_rate is None:
            rate *= self.unit(prefixed)
        own, ahead = tuple(head.parameters()), tuple(prefixed.ahead.parameters())
        heads = [Group(name="head", parameters=own, rate=self.head_rate)] if own else []
        return [*heads, Group(name="virtual tokens", parameters=ahead, rate=rate)]

    def unit(self, backbone: Prefixed) -> float:
        """What the usual rate is a share of (Lester et al. 2021, section 3: steps relative to the values)."""
        from headstart.train.first_values import size_of

        weight: Any = backbone.ahead.embedding.weight
        return size_of(weight) or 1.0

    def shipped(self, backbone: Backbone) -> Backbone:
        from headstart.models.prefixed import Prefixed

        return backbone.settled() if isinstance(backbone, Prefixed) else backbone

    def adapt(
        self, start: Model, split: Split, context: Context, *, state: Mapping[str, Any] | None = None
    ) -> Iterator[Checkpoint]:
        """As every fine-tuning; the adapter names the base where that is as published."""
        from headstart.train.opened import is_untouched

        base = start.base if is_untouched(start) else None
        for checkpoint in super().adapt(start, split, context, state=state):
            yield checkpoint.changed(lambda model: _named(model, base))

    def _first(self, backbone: Backbone, split: Split, context: Context) -> Tensor | None:
        from headstart.train.first_values import drawn_tokens, tokens_of, words_of

        count, seed = self.virtual_tokens, context.seed
        if self.init == "random" and not self.instruction:
            return None
        if self.init == "vocabulary" and not self.instruction:
            return self.first_values(backbone, drawn_tokens(backbone, count=count, seed=seed))
        words = self.instruction or words_of(split, seed=seed)
        return self.first_values(backbone, tokens_of(backbone, words, count=count))


def more_tokens(situation: Situation, count: int) -> Situation:
    """The situation with so many tokens more in each text that is read."""
    lengths = situation.profile.lengths
    # Lengths may be counted in words, and without the answers that are read with them.
    ratio = max(1.0, float(getattr(situation.task, "length_ratio", 1.0)))
    more = count / ratio / (TOKENS_PER_WORD if lengths.tokenizer == "words" else 1.0)
    longer = replace(lengths, mean=lengths.mean + more, longest=lengths.longest + round(more))
    return replace(situation, profile=replace(situation.profile, lengths=longer))


def _going_on(before: Prefixed, wanted: Prefixed) -> Prefixed:
    """What an earlier step put ahead of each text, to learn further.

    Raises:
        SettingError: this step would put something else there.
    """
    if before.keyed is not wanted.keyed or before.count != wanted.count:
        raise SettingError(
            f"the step before learnt {before.count} places ahead of each text, of another kind or number "
            f"than the {wanted.count} of this one; start from the base, or with the same settings"
        )
    return before.thawed()


def _named(model: Model, base: BaseInfo | None) -> Model:
    """The model, with the base named whose weights its network holds."""
    backbone: Any = getattr(model.predictor, "backbone", None)
    if base is not None:
        backbone.of_base(base)
    return model
