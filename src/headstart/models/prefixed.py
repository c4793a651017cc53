"""A backbone that something learnt stands ahead of each text: virtual tokens, or keys and values."""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any, NoReturn, Self

import torch

from headstart.models.adapter import Adapter, config_of, plain_config
from headstart.models.backbone import Backbone
from headstart.models.families.causal_family import CausalFamily
from headstart.models.fused_attention import fused_attention
from headstart.models.quiet import quiet
from headstart.models.shortened import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Bool, Float, Int
    from peft import PeftConfig
    from torch import Tensor
    from transformers import GenerationConfig

    from headstart.core.base import BaseInfo

NAME = "default"
# Kinds of adapters that stand ahead of a text and can't be merged into weights.
KINDS = ("PROMPT_TUNING", "PREFIX_TUNING")


class Prefixed(Backbone):
    """A backbone whose weights rest, and what `peft` puts ahead of each text.

    Either virtual tokens whose vectors are learnt (prompt tuning: Lester et al. 2021, section 2), or keys
    and values of every block (prefix tuning: Li and Liang 2021, section 4); in an encoder-decoder the
    former stand before what the encoder reads, the latter before what the decoder writes. States are
    those of real tokens, as without them. Segments are left out, as `peft` leaves them out.

    Args:
        backbone: what they stand ahead of; its network is shared and marked as frozen.
        config: which of the two, and how many; changed by the library in place.
        seed: owns their first values.
    """

    def __init__(self, backbone: Backbone, config: PeftConfig, *, seed: int = 0) -> None:
        from peft import get_peft_model

        told: Any = config
        super().__init__(
            shortened(backbone.info, told.num_virtual_tokens), backbone.network, backbone.tokenizer
        )
        self.count: int = told.num_virtual_tokens
        self._whole = backbone.info
        self._base = (config.base_model_name_or_path, config.revision)
        self.network.requires_grad_(False)
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices), quiet(), warnings.catch_warnings():
            # `peft` asks `transformers` by a name that is soon another; that is between the two.
            warnings.simplefilter("ignore", FutureWarning)
            torch.manual_seed(seed)
            # The library names the base by the folder that it was opened from; ours is kept apart.
            config.base_model_name_or_path = None
            # In a list, so that the network's weights are not counted a second time.
            self._peft = [get_peft_model(backbone.network, config)]
        encoders: Any = self._peft[0].prompt_encoder
        self.ahead = encoders[NAME]

    @classmethod
    def of(cls, backbone: Backbone, adapter: Adapter) -> Self:
        """The backbone with what was learnt, which learns no more.

        Args:
            backbone: the base that it was learnt ahead of.
            adapter: of one of `KINDS`.
        """
        found = cls(backbone, config_of(adapter.config))
        found.begin_with(adapter.tensors["prompt_embeddings"])
        return found.eval()

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device

    @property
    def keyed(self) -> bool:
        """Whether keys and values stand ahead, rather than virtual tokens."""
        return self._kind == "PREFIX_TUNING"

    @property
    def speaker(self) -> Any:
        return self._peft[0]

    @property
    def packs(self) -> bool:
        return False

    @torch.no_grad()
    def begin_with(self, values: Float[Tensor, "ahead numbers"]) -> None:
        """Takes these vectors, or keys and values of every block, a line for each place."""
        weight: Any = self.ahead.embedding.weight
        weight.copy_(values)

    def forward(
        self,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None = None,
    ) -> Float[Tensor, "batch tokens width"]:
        trunk: Any = self.trunk
        told: dict[str, Any] = {"attention_mask": self._seen(mask)}
        if self.keyed:
            told |= {"input_ids": tokens, "past_key_values": self._kept(len(tokens))}
        else:
            told["inputs_embeds"] = torch.cat([self._virtual(len(tokens)), self._embedded(tokens)], dim=1)
        if isinstance(self.layout, CausalFamily):
            told["use_cache"] = False
        with fused_attention(tokens.device.type):
            states: Tensor = trunk(**told).last_hidden_state
        return states[:, -tokens.shape[1] :]

    def continued(
        self,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        settings: GenerationConfig,
    ) -> Int[Tensor, "batch written"]:
        network: Any = self.network
        if self.keyed:
            # The library leaves out as many tokens as have keys; these hold their places.
            places = tokens.new_full((len(tokens), self.count), int(self.tokenizer.pad_token_id or 0))
            found: Tensor = network.generate(
                input_ids=torch.cat([places, tokens], dim=1),
                attention_mask=self._seen(mask),
                past_key_values=self._kept(len(tokens)),
                generation_config=settings,
            )
            return found[:, self.count + tokens.shape[1] :]
        states = torch.cat([self._virtual(len(tokens)), self._embedded(tokens)], dim=1)
        order = self._padding_first(mask)
        written: Tensor = network.generate(
            inputs_embeds=states.gather(1, order[:, :, None].expand_as(states)),
            attention_mask=self._seen(mask).gather(1, order),
            generation_config=settings,
        )
        return written

    def alone(self) -> Backbone:
        return Backbone(self._whole, self.network, self.tokenizer)

    def exported(self) -> Backbone:
        # What stands ahead ships beside the base, which is left as it is.
        return self.alone()

    def copied(self) -> Self:
        return copy.deepcopy(self, {id(self.tokenizer): self.tokenizer})

    def settled(self) -> Prefixed:
        """The same over the same network, with values of its own that learn no more."""
        return Prefixed.of(self.alone(), self.beside())

    def thawed(self) -> Prefixed:
        """The same over the same network, with values of its own that go on learning."""
        adapter = self.beside()
        told = {**adapter.config, "inference_mode": False}
        if self.keyed:
            # The values are kept, and not what they were made by.
            told["prefix_projection"] = False
        found = Prefixed(self.alone(), config_of(told))
        found.begin_with(adapter.tensors["prompt_embeddings"])
        return found

    def of_base(self, base: BaseInfo) -> None:
        """Names the base whose weights these are, as published."""
        named = self.beside().of(base).config
        self._base = (named["base_model_name_or_path"], named["revision"])

    def beside(self) -> Adapter:
        model: Any = self._peft[0]
        config = model.peft_config[NAME]
        # What learns no more is held as it is written, even where it was made by a network.
        held, learning = self.ahead.embedding.weight, not config.inference_mode
        made = model.get_prompt_embedding_to_save(NAME) if learning else held
        name, revision = self._base
        named = {"base_model_name_or_path": name, "revision": revision, "inference_mode": True}
        return Adapter(
            config={**plain_config(config), **named},
            tensors={"prompt_embeddings": made.detach().float().clone()},
        )

    def embed(self, tokens: Tensor, mask: Tensor, segments: Tensor | None = None) -> NoReturn:
        self._refuse()

    def run_from(self, layer: int, states: Tensor, mask: Tensor, *, until: int | None = None) -> NoReturn:
        self._refuse()

    def run_packed(self, tokens: Tensor, positions: Tensor) -> NoReturn:
        self._refuse()

    @property
    def _kind(self) -> str:
        config: Mapping[str, Any] = plain_config(self._peft[0].peft_config[NAME])
        return str(config["peft_type"])

    def _seen(self, mask: Bool[Tensor, "batch tokens"]) -> Int[Tensor, "batch all"]:
        return torch.cat([mask.new_ones(len(mask), self.count), mask], dim=1).long()

    def _kept(self, rows: int) -> Any:
        """Keys and values as the library hands them to a network."""
        return self._peft[0].get_prompt(rows)

    def _virtual(self, rows: int) -> Float[Tensor, "rows ahead width"]:
        vectors: Tensor = self.ahead.embedding.weight
        return vectors[None].expand(rows, -1, -1)

    def _embedded(self, tokens: Int[Tensor, "batch tokens"]) -> Float[Tensor, "batch tokens width"]:
        table: Any = self.network.get_input_embeddings()
        found: Tensor = table(tokens)
        return found

    def _padding_first(self, mask: Bool[Tensor, "batch tokens"]) -> Int[Tensor, "batch all"]:
        """The order in which padding on the left comes before what stands ahead of a text."""
        virtual = mask.new_ones(len(mask), self.count, dtype=torch.long)
        ranks = torch.cat([virtual, 2 * mask.long()], dim=1)
        return ranks.argsort(dim=1, stable=True)

    def _refuse(self) -> NoReturn:
        raise TypeError(
            f"{self.info.name} has learnt what stands ahead of each text, and can't be read block by block"
        )
