"""What predictors that ask a decoder-only network about texts have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.core.examples import Examples
from headstart.models.describe import describe
from headstart.models.device import best_device
from headstart.models.fitted_prompts import fitted_prompts
from headstart.models.label_prompt import LabelPrompt
from headstart.models.open_base import open_causal
from headstart.models.question import content_free
from headstart.models.question_vectors import question_vectors
from headstart.models.save_causal import save_causal
from headstart.train.precision import for_inference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.models.fitted_prompts import FittedPrompts
    from headstart.models.label_demonstrations import LabelDemonstrations
    from headstart.models.question import Question
    from headstart.models.statement_demonstrations import StatementDemonstrations

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
    shown: LabelDemonstrations | StatementDemonstrations | None = None
    precision: str = "float32"

    @property
    def by_question(self) -> bool:
        """Whether each question is shown rows of its own."""
        return self.shown is not None and self.shown.by_question

    @property
    def listed(self) -> int:
        """Labels that an answer may have."""
        return 1

    @cached_property
    def prompt(self) -> LabelPrompt:
        """How a question is put."""
        return LabelPrompt(
            tokenizer=self.backbone.tokenizer,
            instruction=self.instruction,
            words=self.words,
            positions=self.backbone.info.shape.positions,
            heading=self.heading,
            listed=self.listed,
            beside=self.beside,
        )

    @cached_property
    def spare(self) -> int:
        """Tokens that stay free beside demonstrations, so that texts without content fit in as well."""
        free = self.prompt.plain_ids([each.whole for each in content_free(self.columns)])
        return max(map(len, free))

    @cached_property
    def computing(self) -> Backbone:
        """The network as it computes."""
        return for_inference(self.backbone.eval(), self.precision)

    def vectors(self, asked: Sequence[Question]) -> Float[ndarray, "asked width"] | None:
        """What the network makes of texts, where each is shown rows of its own."""
        return question_vectors(self.backbone, asked, precision=self.precision) if self.by_question else None

    def beside_nothing(self, prompts: FittedPrompts, free: Sequence[Sequence[Question]]) -> list[list[int]]:
        """Each prompt, and right after it the same demonstrations before texts that say nothing.

        Args:
            prompts: the prompts.
            free: those texts, as many for each prompt as for any other.
        """
        shown = [own for own, texts in zip(prompts.shown, free, strict=True) for _ in texts]
        rest = iter(fitted_prompts(self.prompt, [*chain.from_iterable(free)], shown).tokens)
        pairs = zip(prompts.tokens, free, strict=True)
        return [each for own, texts in pairs for each in (own, *islice(rest, len(texts)))]

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


def fields_of(
    folder: Path,
    config: Mapping[str, Any],
    shown: type[LabelDemonstrations] | type[StatementDemonstrations],
) -> dict[str, Any]:
    """The fields that `LabelAsking.saved` wrote, the network on the best device there is.

    Args:
        folder: where it wrote them.
        config: the plain values.
        shown: the kind of demonstrations, if there are some.

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
        "shown": shown.load(folder),
        "precision": str(config["precision"]),
    }


def one_a_row(tokens: Sequence[Sequence[int]]) -> Examples:
    """Prompts as examples, one a row."""
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    return Examples(
        tokens=np.fromiter(chain.from_iterable(tokens), dtype=np.int32, count=int(lengths.sum())),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
        owners=np.arange(len(tokens), dtype=np.int64),
        goes_on=True,
    )
