"""An encoder-decoder that writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from headstart.core.predictions import Predictions
from headstart.models.device import best_device
from headstart.models.with_adapter import with_adapter
from headstart.models.writing import Writing, generation_settings, written
from headstart.train.precision import for_inference

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone

BACKBONE, ADAPTER = "backbone", "adapter"


@dataclass(frozen=True, kw_only=True, eq=False)
class Seq2seq:
    """Writes a text for each row; its weights must not change once it has predicted.

    Args:
        backbone: a whole encoder-decoder.
        task: tells what is read of a row.
        max_length: tokens that are read of a text at most.
        writing: how texts are written.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
    """

    backbone: Backbone
    task: Task
    max_length: int
    writing: Writing
    precision: str = "float32"

    def predict(self, rows: Rows) -> Predictions:
        """Texts in the order of the rows; a target column, if any, is not read."""
        blind = replace(rows, columns=replace(rows.columns, target=None))
        examples = self.task.encode(blind, self.backbone.tokenizer, self.max_length)
        return Predictions(texts=written(self._computing, examples, self.writing))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `backbone/`, which `transformers.AutoModelForSeq2SeqLM` opens and which writes alike there.

        Where it is a base with an adapter merged into it, also `adapter/`, which opens with `peft` on
        top of that base; where something stands ahead of each text, `adapter/` is that.
        """
        whole = self.backbone.exported()
        network: Any = whole.network
        network.generation_config = generation_settings(whole, self.writing)
        whole.save(folder / BACKBONE)
        if (adapter := self.backbone.beside()) is not None:
            adapter.save(folder / ADAPTER)
        return {
            "max_length": self.max_length,
            "tokens": self.writing.tokens,
            "beams": self.writing.beams,
            "precision": self.precision,
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BaseError: the folder is broken.
        """
        from headstart.models.describe import describe
        from headstart.models.open_base import open_writer

        backbone = open_writer(describe(str(folder / BACKBONE)), device=best_device())
        return cls(
            backbone=with_adapter(backbone, folder / ADAPTER),
            task=task,
            max_length=int(config["max_length"]),
            writing=Writing(tokens=int(config["tokens"]), beams=int(config["beams"])),
            precision=str(config["precision"]),
        )

    @cached_property
    def _computing(self) -> Backbone:
        return for_inference(self.backbone.eval(), self.precision)
