"""A pre-trained network as embeddings, blocks in order and a last norm, whatever its architecture."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from torch import nn

from headstart.models.families import layout_of
from headstart.models.families.causal_family import CausalFamily
from headstart.models.families.family import Family
from headstart.models.families.whole import Whole
from headstart.models.fused_attention import fused_attention
from headstart.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jaxtyping import Bool, Float, Int
    from torch import Tensor
    from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.models.adapter import Adapter
    from headstart.models.batching import Batch


class Backbone(nn.Module):
    """A network without a head that can be cut between any two blocks, or a whole encoder-decoder.

    Args:
        info: what is known of its base.
        network: the network as `transformers` opens it.
        tokenizer: its tokenizer.
    """

    def __init__(self, info: BaseInfo, network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        super().__init__()
        self.info = info
        self.network = network
        self.tokenizer = tokenizer
        # What turned the base's weights into these, where that is known apart from them.
        self.adapter: Adapter | None = None
        self.layout = layout_of(info.family, network)

    @property
    def trunk(self) -> PreTrainedModel:
        """The part of the network that embeds tokens and runs blocks; all of it where it ends there."""
        found: Any = self.network.base_model
        network: PreTrainedModel = found if isinstance(self.layout, CausalFamily) else self.network
        return network

    @property
    def depth(self) -> int:
        """Number of blocks."""
        return len(self.layout.blocks(self.trunk))

    @property
    def writes(self) -> bool:
        """Whether this is an encoder-decoder as a whole, which writes texts."""
        return isinstance(self.layout, Whole)

    @property
    def packs(self) -> bool:
        """Whether texts can stand end to end, as `run_packed` reads them."""
        return isinstance(self.layout, CausalFamily)

    @property
    def attention(self) -> str:
        """Implementation of attention in use: `sdpa` or `eager`."""
        return str(self.network.config._attn_implementation)  # noqa: SLF001 (the library has no public name)

    @property
    def _family(self) -> Family:
        if not isinstance(self.layout, Family):
            raise TypeError(f"{self.info.name} is open as a whole and can't be read block by block")
        return self.layout

    def embed(
        self,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None = None,
    ) -> Float[Tensor, "batch tokens width"]:
        """States before the first block."""
        return self._family.embed(self.trunk, tokens, mask, segments)

    def run_from(
        self,
        layer: int,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
        *,
        until: int | None = None,
    ) -> Float[Tensor, "batch tokens width"]:
        """States after the blocks from `layer` up to `until`, and after the last norm when none is left.

        Args:
            layer: number of blocks that the states have already been through.
            states: states at that cut.
            mask: where real tokens stand.
            until: number of blocks they shall have been through; all of them by default.
        """
        end = self.depth if until is None else until
        trunk = self.trunk
        around = self._family.surroundings(trunk, states, mask)
        with fused_attention(states.device.type):
            for index in range(layer, end):
                states = self._family.step(trunk, index, states, around)
        return self._family.finish(trunk, states) if end == self.depth else states

    def run_packed(
        self, tokens: Int[Tensor, "1 total"], positions: Int[Tensor, "1 total"]
    ) -> Float[Tensor, "1 total width"]:
        """The last states of texts that stand end to end, each as if it stood alone.

        Args:
            tokens: the texts.
            positions: number of each token within its text, from 0 again where a text begins.

        Raises:
            TypeError: the architecture looks in both directions.
        """
        family, trunk = self._family, self.trunk
        if not isinstance(family, CausalFamily):
            raise TypeError(f"texts of a {self.info.family} can't stand end to end")
        states = family.embed_packed(trunk, tokens, positions)
        around = family.surroundings_packed(trunk, states, positions)
        with fused_attention(states.device.type):
            for index in range(self.depth):
                states = family.step(trunk, index, states, around)
        return family.finish(trunk, states)

    def forward(
        self,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None = None,
    ) -> Float[Tensor, "batch tokens width"]:
        """The last states, as the network's own forward gives them."""
        return self.run_from(0, self.embed(tokens, mask, segments), mask)

    def read(self, batch: Batch) -> Float[Tensor, "batch tokens width"]:
        """The last states of a batch, from the states at a cut where it carries them."""
        if batch.states is None:
            return self.forward(batch.tokens, batch.mask, batch.segments)
        return self.run_from(batch.cut, batch.states, batch.mask)

    def embedding_parameters(self) -> list[nn.Parameter]:
        """Weights before the first block, and tables that all blocks share."""
        return _parameters(self.embedding_modules())

    def embedding_modules(self) -> list[nn.Module]:
        """What comes before the first block, and tables that all blocks share."""
        return list(self.layout.embeddings(self.trunk))

    def block_parameters(self, index: int) -> list[nn.Parameter]:
        """Weights of one block, tables that all blocks share left out."""
        shared = {id(parameter) for parameter in self.embedding_parameters()}
        modules = (self.layout.blocks(self.trunk)[index], *self.layout.beside(self.trunk, index))
        return [parameter for parameter in _parameters(modules) if id(parameter) not in shared]

    def final_parameters(self) -> list[nn.Parameter]:
        """Weights after the last block."""
        return _parameters(self.layout.final(self.trunk))

    @property
    def goes_on(self) -> bool:
        """Whether the network scores words that may come next."""
        return self.trunk is not self.network

    @property
    def ties_words(self) -> bool:
        """Whether words are scored with the weights that embed them."""
        return self.goes_on and not self.word_parameters()

    def word_parameters(self) -> list[nn.Parameter]:
        """Weights that score words, those of the embeddings left out; none where the network does not."""
        if not self.goes_on:
            return []
        inside = {id(parameter) for parameter in self.trunk.parameters()}
        return [parameter for parameter in self.network.parameters() if id(parameter) not in inside]

    @property
    def speaker(self) -> Any:
        """What is called and what writes, with all that stands ahead of a text; the network itself here."""
        return self.network

    def continued(
        self,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        settings: GenerationConfig,
    ) -> Int[Tensor, "batch written"]:
        """The tokens that a decoder-only network writes after prompts.

        Args:
            tokens: prompts padded on the left.
            mask: where real tokens stand.
            settings: how they are written.
        """
        network: Any = self.network
        found: Tensor = network.generate(
            input_ids=tokens, attention_mask=mask.long(), generation_config=settings
        )
        return found[:, tokens.shape[1] :]

    def alone(self) -> Backbone:
        """The network without anything that was learnt ahead of its texts; here that is itself."""
        return self

    def copied(self) -> Backbone:
        """The same with weights of its own."""
        return Backbone(self.info, copy.deepcopy(self.network), self.tokenizer)

    def beside(self) -> Adapter | None:
        """What ships beside the network in the format of `peft`, if anything."""
        return self.adapter

    def exported(self) -> Backbone:
        """What is written to disk: whole weights, of which this may hold a shorter form."""
        return self

    def save(self, folder: Path) -> None:
        """Writes a folder for `transformers` and, unless this writes texts, for `sentence-transformers`."""
        with quiet():
            self.network.save_pretrained(folder)
            self.tokenizer.save_pretrained(folder)
        if not self.writes:
            _write_pooling(folder, self.info)

    @classmethod
    def load(cls, folder: Path, info: BaseInfo | None = None) -> Backbone:
        """The backbone that `save` wrote.

        Args:
            folder: where it lies.
            info: what is known of the base it came from; told from the folder by default.

        Raises:
            BaseError: a file is missing or broken.
        """
        from dataclasses import replace

        from headstart.models.describe import describe
        from headstart.models.open_base import open_backbone

        found = open_backbone(describe(str(folder)))
        if info is not None:
            found.info = replace(info, folder=found.info.folder)
        return found


def _parameters(modules: Iterable[nn.Module]) -> list[nn.Parameter]:
    unique = {id(parameter): parameter for module in modules for parameter in module.parameters()}
    return list(unique.values())


def _write_pooling(folder: Path, info: BaseInfo) -> None:
    """The layout of sentence-transformers, by which pooling and longest input come back on opening."""
    parts = {"0": ("", "Transformer"), "1": ("1_Pooling", "Pooling")}
    modules = [
        {"idx": int(name), "name": name, "path": path, "type": f"sentence_transformers.models.{kind}"}
        for name, (path, kind) in parts.items()
    ]
    key = {"mean": "mean_tokens", "cls": "cls_token", "last": "lasttoken"}[info.pooling]
    pooling = {"word_embedding_dimension": info.shape.width, f"pooling_mode_{key}": True}
    if key != "mean_tokens":
        pooling["pooling_mode_mean_tokens"] = False
    (folder / "1_Pooling").mkdir(exist_ok=True)
    for path, content in (
        ("modules.json", modules),
        ("1_Pooling/config.json", pooling),
        ("sentence_bert_config.json", {"max_seq_length": info.max_length}),
    ):
        (folder / path).write_text(json.dumps(content, indent=2), encoding="utf-8")
