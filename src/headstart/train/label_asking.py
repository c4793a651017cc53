"""What predictors that ask a decoder-only network about texts have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.core.examples import Examples
from headstart.core.prompt_figures import PromptFigures
from headstart.models.describe import describe
from headstart.models.device import best_device
from headstart.models.fitted_prompts import fitted_prompts
from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.models.label_prompt import LabelPrompt
from headstart.models.open_base import open_causal
from headstart.models.question import content_free, questions
from headstart.models.question_vectors import question_vectors
from headstart.models.save_causal import save_causal
from headstart.train.precision import for_inference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.models.fitted_prompts import FittedPrompts

NETWORK = "network"


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelAsking:
    """A decoder-only network, what it is asked of each text, and what is shown to it before.

    Args:
        backbone: a decoder-only network with the layer that scores words.
        task: decodes outputs.
        instruction: what stands at the head of each prompt.
        words: the words of each answer that may be given.
        columns: names of the text columns.
        max_length: tokens that are read of a text at most, or None.
        shown: answered questions that come before each question, or None.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
    """

    # What stands before an answer, and tokens that one may have beside those of its words.
    heading: ClassVar[str] = "Label"
    beside: ClassVar[int] = 0

    backbone: Backbone
    task: Task
    instruction: str
    words: tuple[str, ...]
    columns: tuple[str, ...]
    max_length: int | None = None
    shown: LabelDemonstrations | None = None
    precision: str = "float32"

    def prompts(self, rows: Rows) -> FittedPrompts:
        """The prompt of each row, as it fits into what the base reads.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: two labels are the same tokens, or what may not be cut of a row is too long.
        """
        asked = questions(rows)
        if self.shown is None:
            return fitted_prompts(self.prompt, asked, max_length=self.max_length)
        vectors = None
        if self.by_question:
            vectors = question_vectors(self.backbone, asked, precision=self.precision)
        free = self.prompt.plain_ids([each.whole for each in content_free(self.columns)])
        return fitted_prompts(
            self.prompt,
            asked,
            self.shown.before(len(asked), vectors),
            spare=max(map(len, free)),
            max_length=self.max_length,
        )

    def fewer(self, rows: Rows) -> int:
        """Rows that are shown fewer demonstrations than was chosen, for want of room."""
        return self.prompts(rows).fewer

    def prompt_figures(self, rows: Rows) -> PromptFigures:
        """What the prompts of these rows come to."""
        return figures_of(self.prompts(rows))

    @property
    def by_question(self) -> bool:
        """Whether each question is shown rows of its own."""
        return self.shown is not None and self.shown.by_question

    @cached_property
    def prompt(self) -> LabelPrompt:
        """How a question is put."""
        return LabelPrompt(
            tokenizer=self.backbone.tokenizer,
            instruction=self.instruction,
            words=self.words,
            positions=self.backbone.info.shape.positions,
            heading=self.heading,
            beside=self.beside,
        )

    @cached_property
    def computing(self) -> Backbone:
        """The network as it computes."""
        return for_inference(self.backbone.eval(), self.precision)

    def saved(self, folder: Path) -> dict[str, Any]:
        """Writes `network/`, which opens with `transformers`, and the demonstrations where there are some.

        Returns:
            the other fields as plain values.
        """
        save_causal(self.backbone, folder / NETWORK)
        if self.shown is not None:
            self.shown.save(folder)
        return {
            "instruction": self.instruction,
            "words": list(self.words),
            "columns": list(self.columns),
            "max_length": self.max_length,
            "precision": self.precision,
        }


def fields_of(folder: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `LabelAsking.saved` wrote, the network on the best device there is.

    Raises:
        BaseError: the network's folder is broken.
        BundleError: the demonstrations are broken.
    """
    return {
        "backbone": open_causal(describe(str(folder / NETWORK)), device=best_device()),
        "instruction": str(config["instruction"]),
        "words": tuple(config["words"]),
        "columns": tuple(config["columns"]),
        "max_length": config["max_length"],
        "shown": LabelDemonstrations.load(folder),
        "precision": str(config["precision"]),
    }


def figures_of(prompts: FittedPrompts) -> PromptFigures:
    """What prompts come to, one a row."""
    count = len(prompts.tokens)
    return PromptFigures(
        rows=count,
        tokens=sum(map(len, prompts.tokens)) / max(1, count),
        shown=sum(map(len, prompts.shown)) / max(1, count),
        fewer=prompts.fewer,
        cut=prompts.cut,
    )


def one_a_row(tokens: Sequence[Sequence[int]]) -> Examples:
    """Prompts as examples, one a row."""
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    return Examples(
        tokens=np.fromiter(chain.from_iterable(tokens), dtype=np.int32, count=int(lengths.sum())),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
        owners=np.arange(len(tokens), dtype=np.int64),
        goes_on=True,
    )
