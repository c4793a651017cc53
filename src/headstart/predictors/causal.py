"""A decoder-only network that answers in conversations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.predictions import Predictions
from headstart.core.prompt_figures import PromptFigures
from headstart.errors import DataError, UseError
from headstart.models.chat_template import ChatTemplate
from headstart.models.demonstrations import Demonstrations
from headstart.models.describe import describe
from headstart.models.device import best_device
from headstart.models.generate import answer_settings, generate
from headstart.models.next_token import answer_drift, answer_losses
from headstart.models.open_base import open_causal
from headstart.models.save_causal import save_causal
from headstart.models.tokenise_dialogues import tokenise_dialogues, tokenise_prompts
from headstart.models.with_adapter import with_adapter
from headstart.train.precision import for_inference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.dialogue_task import DialogueTask
    from headstart.core.examples import Examples
    from headstart.core.rows import Rows
    from headstart.core.turns import Turn
    from headstart.models.backbone import Backbone

NETWORK, ADAPTER, SHOWN = "network", "adapter", "demonstrations.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Causal:
    """A network that goes on with a text; its weights must not change once it has predicted.

    Args:
        backbone: the network, with the layer that scores words.
        task: reads conversations.
        stops: ids of the tokens that end an answer.
        longest: tokens of an answer at most.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
        shown: answered questions that come before each question, or None.
        base: name of the base that the network was made of, which is opened to tell how far it has moved.
        begun: ids of the tokens that each answer is begun with, for a network that was not taught to.
    """

    backbone: Backbone
    task: DialogueTask
    stops: tuple[int, ...]
    longest: int
    precision: str = "float32"
    shown: Demonstrations | None = None
    base: str | None = None
    begun: tuple[int, ...] = ()

    def predict(self, rows: Rows) -> Predictions:
        """An answer to each row and, where the rows have true answers, how likely those are.

        Raises:
            DataError: a conversation leaves the network no room for an answer; the message names its row.
        """
        blind = replace(rows, columns=replace(rows.columns, target=None))
        asked = self.task.prompts(blind)
        self._check(rows, self._prompts(asked))
        prompts = self._prompts(self._introduced(asked))
        written = generate(self._computing, prompts, stops=self.stops, most=self.longest)
        texts = tuple(map(self._template.said, written))
        if rows.columns.target is None:
            return Predictions(texts=texts)
        return replace(self.unwritten(rows), texts=texts)

    def unwritten(self, rows: Rows) -> Predictions:
        """How likely true answers are and, where there are some, rejected ones; nothing is written for it."""
        found = Predictions(likelihoods=self.likelihoods(rows))
        rejected = getattr(self.task, "rejected", None)
        if rejected is None:
            return found
        rivals = answer_losses(self._computing, self._examples(rejected(rows)))
        return replace(found, rivals=rivals, drift=self._drift(rows))

    def likelihoods(self, rows: Rows) -> Float[ndarray, "rows 2"]:
        """The sum of the losses of the tokens of each row's true answer, and their number."""
        return answer_losses(self._computing, self._examples(self.task.dialogues(rows)))

    def prompt_figures(self, rows: Rows) -> PromptFigures:
        """What the prompts of these rows come to."""
        blind = replace(rows, columns=replace(rows.columns, target=None))
        asked, shown = self._counted(self.task.prompts(blind))
        prompts = self._prompts(asked)
        return PromptFigures(
            rows=len(rows),
            tokens=sum(map(len, prompts)) / max(1, len(rows)),
            shown=float(shown.sum()) / max(1, len(rows)),
            fewer=int((shown < self._wanted).sum()),
        )

    def fewer(self, rows: Rows) -> int:
        """Rows that are shown fewer demonstrations than was chosen, for want of room."""
        blind = replace(rows, columns=replace(rows.columns, target=None))
        return int((self._counted(self.task.prompts(blind))[1] < self._wanted).sum())

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `network/`, which opens with `transformers`: weights, tokenizer, template, generation.

        Where the network is a base with an adapter merged into it, also `adapter/`, which opens with
        `peft` on top of that base; where something stands ahead of each text, `adapter/` is that.
        """
        exported = self.backbone.exported()
        network: Any = exported.network
        network.generation_config = answer_settings(exported, stops=self.stops, most=self.longest)
        # A base without a template ships with the one that it was given.
        exported.tokenizer.chat_template = self._template.tokenizer.chat_template
        save_causal(exported, folder / NETWORK)
        if (adapter := self.backbone.beside()) is not None:
            adapter.save(folder / ADAPTER)
        if self.shown is not None:
            self.shown.save(folder / SHOWN)
        return {
            "longest": self.longest,
            "precision": self.precision,
            "stops": list(self.stops),
            "base": self.base,
            "begun": list(self.begun),
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: DialogueTask) -> Self:
        """The network that `save` wrote, on the best device there is.

        Raises:
            BaseError: its folder is broken.
        """
        backbone = open_causal(describe(str(folder / NETWORK))).to(best_device())
        return cls(
            backbone=with_adapter(backbone, folder / ADAPTER),
            task=task,
            stops=tuple(config["stops"]),
            longest=int(config["longest"]),
            precision=str(config["precision"]),
            base=config.get("base"),
            begun=tuple(config.get("begun", ())),
            shown=Demonstrations.load(folder / SHOWN) if (folder / SHOWN).is_file() else None,
        )

    def _drift(self, rows: Rows) -> Float[ndarray, "rows 2"] | None:
        """How far the network has moved from its base; None where that can't be opened any more."""
        if self.base is None:
            return None
        try:
            base = open_causal(describe(self.base), device=str(next(self.backbone.parameters()).device))
        except UseError:
            return None
        before = for_inference(base, self.precision)
        return answer_drift(self._computing, before, self._examples(self.task.dialogues(rows)))

    def _examples(self, dialogues: Sequence[tuple[Turn, ...]]) -> Examples:
        """Conversations, the last answer of which is asked for, after what is shown before them."""
        introduced = self._introduced([each[:-1] for each in dialogues])
        whole = [(*before, each[-1]) for before, each in zip(introduced, dialogues, strict=True)]
        positions = self.backbone.info.shape.positions
        return tokenise_dialogues(whole, self._template, max_length=positions, last=True).examples

    def _prompts(self, asked: Sequence[tuple[Turn, ...]]) -> list[list[int]]:
        """Token ids of all that comes before what is written."""
        return [[*each, *self.begun] for each in tokenise_prompts(asked, self._template)]

    def _introduced(self, prompts: Sequence[tuple[Turn, ...]]) -> Sequence[tuple[Turn, ...]]:
        """Questions with what is shown before them."""
        return self._counted(prompts)[0]

    def _counted(
        self, prompts: Sequence[tuple[Turn, ...]]
    ) -> tuple[Sequence[tuple[Turn, ...]], Int[ndarray, " prompts"]]:
        """The same, and how many demonstrations stand before each."""
        if self.shown is None:
            return prompts, np.zeros(len(prompts), dtype=np.int64)
        # What is shown leaves an answer its room, and takes half of what is read if answers are long.
        positions = self.backbone.info.shape.positions
        room = positions - min(self.longest, positions // 2)
        return self.shown.introduced(prompts, self._template, room=room)

    @property
    def _wanted(self) -> int:
        """Demonstrations that each question should have."""
        return 0 if self.shown is None else min(self.shown.count, len(self.shown.dialogues))

    def _check(self, rows: Rows, prompts: list[list[int]]) -> None:
        positions = self.backbone.info.shape.positions
        for number, prompt in zip(rows.numbers.tolist(), prompts, strict=True):
            if len(prompt) >= positions:
                raise DataError(
                    f"row {number} has {len(prompt)} tokens before its answer, and the model reads "
                    f"{positions}, the answer included; shorten that row"
                )

    @cached_property
    def _template(self) -> ChatTemplate:
        return ChatTemplate(self.backbone.tokenizer)

    @cached_property
    def _computing(self) -> Backbone:
        return for_inference(self.backbone.eval(), self.precision)
