"""Keys and values ahead of each text learn, in every block, and the base stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.core.knob import knob
from headstart.core.text_task import reads_to_write
from headstart.models.families import listed
from headstart.train.learning import Learning
from headstart.train.virtual_tuning import PASSES, VirtualTuning

if TYPE_CHECKING:
    from peft import PeftConfig
    from torch import Tensor

    from headstart.core.base import Shape
    from headstart.core.plan import Situation
    from headstart.models.backbone import Backbone
    from headstart.models.prefixed import Prefixed

# Encoders in whose attention `transformers` lets keys stand that no token gave.
ENCODERS = ("bert", "camembert", "electra", "roberta", "xlm-roberta")
# What the rate of a layer that makes the keys is a share of.
LAYER_UNIT = 0.02


@dataclass(frozen=True, kw_only=True)
class PrefixTuning(VirtualTuning):
    """Learnt keys and values that every block attends to before those of a text (Li and Liang 2021).

    In an encoder-decoder they stand before what the decoder writes, where `peft` puts them.
    """

    summary: ClassVar[str] = "learnt keys and values ahead of each text in every block, on an untouched base"

    projection: bool = knob(
        False, "whether they learn as what a small network makes of vectors", choices=(False, True)
    )
    inner: int | None = knob(
        None, "width of that network; as wide as the base without one", low=8, high=8192, log=True
    )

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        base = situation.base
        if base is not None and not _takes_keys(base.family, writes=reads_to_write(situation.task)):
            said = f"{base.name} ({base.family}) attends to nothing but the tokens of its text"
            return (f"{said}; prompt_tuning works there, and prefix_tuning with {', '.join(ENCODERS)}",)
        return super().blockers(situation)

    def learning(self, shape: Shape) -> Learning:
        numbers = 2 * shape.blocks * shape.width
        inner = self.inner or shape.width
        weights = self.virtual_tokens * numbers
        if self.projection:
            weights = self.virtual_tokens * shape.width + inner * (shape.width + numbers)
        return Learning(blocks=shape.blocks, weights=weights, passes=PASSES)

    def configured(self, backbone: Backbone) -> PeftConfig:
        # peft takes seconds to import and is needed for a fit alone.
        from peft import PrefixTuningConfig

        told: dict[str, Any] = _decoder(backbone.network.config) if backbone.writes else {}
        noise = self.init == "random" and not self.instruction
        return PrefixTuningConfig(
            task_type="CAUSAL_LM" if backbone.goes_on else backbone.layout.peft_task,
            num_virtual_tokens=self.virtual_tokens,
            prefix_projection=self.projection,
            # As wide as the base without one, though the library declares it a number.
            encoder_hidden_size=self.inner,  # type: ignore[arg-type]
            init_weights="zero" if backbone.writes and not noise else None,
            **told,
        )

    def first_values(self, backbone: Backbone, tokens: Tensor) -> Tensor | None:
        if self.projection or backbone.writes:
            return None
        from headstart.train.first_values import keys_of

        return keys_of(backbone, tokens)

    def unit(self, backbone: Prefixed) -> float:
        return LAYER_UNIT if self.projection else super().unit(backbone)


def _takes_keys(family: str, *, writes: bool) -> bool:
    return writes or family in ENCODERS or listed(family).kind == "decoder"


def _decoder(config: Any) -> dict[str, int]:
    """The sizes of a decoder's attention, which may be others than those of the encoder."""
    layers = getattr(config, "num_decoder_layers", None) or config.decoder_layers
    heads = getattr(config, "num_heads", None) or config.decoder_attention_heads
    size = getattr(config, "d_kv", None) or config.d_model // heads
    return {"num_layers": layers, "num_attention_heads": heads, "token_dim": heads * size}
