"""Virtual tokens ahead of each text learn, and the base stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.train.learning import Learning
from headstart.train.virtual_tuning import PASSES, VirtualTuning, more_tokens

if TYPE_CHECKING:
    from peft import PeftConfig
    from torch import Tensor

    from headstart.core.base import Shape
    from headstart.core.plan import Situation
    from headstart.models.backbone import Backbone


@dataclass(frozen=True, kw_only=True)
class PromptTuning(VirtualTuning):
    """Learnt vectors stand where those of tokens would, before what the base reads (Lester et al. 2021)."""

    usual_rate: ClassVar[float] = 0.3
    summary: ClassVar[str] = "learnt virtual tokens ahead of each text, on an untouched base"

    def learning(self, shape: Shape) -> Learning:
        return Learning(blocks=shape.blocks, weights=self.virtual_tokens * shape.width, passes=PASSES)

    def lengthened(self, situation: Situation) -> Situation:
        return more_tokens(situation, self.virtual_tokens)

    def configured(self, backbone: Backbone) -> PeftConfig:
        # peft takes seconds to import and is needed for a fit alone.
        from peft import PromptTuningConfig

        table: Any = backbone.network.get_input_embeddings()
        config: Any = backbone.network.config
        return PromptTuningConfig(
            task_type="CAUSAL_LM" if backbone.goes_on else backbone.layout.peft_task,
            num_virtual_tokens=self.virtual_tokens,
            # An encoder-decoder reads them in its encoder alone.
            num_transformer_submodules=1,
            token_dim=table.embedding_dim,
            num_layers=backbone.info.shape.blocks,
            num_attention_heads=config.num_attention_heads,
        )

    def first_values(self, backbone: Backbone, tokens: Tensor) -> Tensor | None:
        from headstart.train.first_values import vectors_of

        return vectors_of(backbone, tokens)
