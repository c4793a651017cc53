"""How likely a decoder-only network finds the words of each label after a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.examples import Examples
from headstart.core.prompt_figures import PromptFigures
from headstart.models.continuation_scores import continuation_scores
from headstart.models.describe import describe
from headstart.models.device import best_device
from headstart.models.fitted_prompts import fitted_prompts
from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.models.label_prompt import LabelPrompt
from headstart.models.open_base import open_causal
from headstart.models.question import content_free, questions
from headstart.models.question_vectors import question_vectors
from headstart.models.save_causal import save_causal
from headstart.models.token_tree import Continuations
from headstart.train.precision import for_inference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.models.fitted_prompts import FittedPrompts

NETWORK = "network"


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelLikelihood:
    """The probability of each label's words after the question, among all labels.

    Calibrated by content-free inputs (Zhao et al. 2021, "Calibrate Before Use", section 4): W = diag(p)^-1
    and b = 0, where p is the mean of what the labels get after texts that say nothing. What they call W p is
    scaled to sum to one, which leaves the order of the labels as it is.

    Args:
        backbone: a decoder-only network with the layer that scores words.
        task: decodes outputs.
        instruction: what stands at the head of each prompt.
        words: the words of each label.
        columns: names of the text columns.
        calibrated: whether what labels get after texts without content is divided out.
        mean: whether the log-probabilities of a label's tokens are averaged rather than added up.
        max_length: tokens that are read of a text at most, or None.
        shown: answered questions that come before each question, or None.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
    """

    backbone: Backbone
    task: Task
    instruction: str
    words: tuple[str, ...]
    columns: tuple[str, ...]
    calibrated: bool = True
    mean: bool = False
    max_length: int | None = None
    shown: LabelDemonstrations | None = None
    precision: str = "float32"

    def predict(self, rows: Rows) -> Predictions:
        """Predictions in the order of the rows; a target column, if any, is not read.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: two labels are the same tokens, or what may not be cut of a row is too long.
        """
        prompts = self._prompts(rows)
        outputs = self._own(prompts) if self._by_question else self._shared(prompts)
        return self.task.decode(outputs, _examples(prompts.tokens))

    def prompt_figures(self, rows: Rows) -> PromptFigures:
        """What the prompts of these rows come to."""
        prompts = self._prompts(rows)
        return PromptFigures(
            rows=len(rows),
            tokens=float(np.mean([len(each) for each in prompts.tokens])),
            shown=float(np.mean([len(each) for each in prompts.shown])),
            fewer=prompts.fewer,
            cut=prompts.cut,
        )

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `network/`, which opens with `transformers`, and the demonstrations where there are some."""
        save_causal(self.backbone, folder / NETWORK)
        if self.shown is not None:
            self.shown.save(folder)
        return {
            "instruction": self.instruction,
            "words": list(self.words),
            "columns": list(self.columns),
            "calibrated": self.calibrated,
            "mean": self.mean,
            "max_length": self.max_length,
            "precision": self.precision,
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BaseError: the network's folder is broken.
            BundleError: the demonstrations are broken.
        """
        return cls(
            backbone=open_causal(describe(str(folder / NETWORK)), device=best_device()),
            task=task,
            instruction=str(config["instruction"]),
            words=tuple(config["words"]),
            columns=tuple(config["columns"]),
            calibrated=bool(config["calibrated"]),
            mean=bool(config["mean"]),
            max_length=config["max_length"],
            shown=LabelDemonstrations.load(folder),
            precision=str(config["precision"]),
        )

    @property
    def _by_question(self) -> bool:
        return self.shown is not None and self.shown.by_question

    def _shared(self, prompts: FittedPrompts) -> Float[ndarray, "rows classes"]:
        """The labels' scores after prompts that all show the same."""
        found = self._scores(prompts.tokens)
        return found - self._nothing if self.calibrated else found

    def _own(self, prompts: FittedPrompts) -> Float[ndarray, "rows classes"]:
        """The same where each prompt shows rows of its own, which the texts without content follow too."""
        if not self.calibrated:
            return self._scores(prompts.tokens)
        free = content_free(self.columns)
        beside = fitted_prompts(
            self._prompt, free * len(prompts.tokens), [each for each in prompts.shown for _ in free]
        )
        rest = iter(beside.tokens)
        tokens = [each for own in prompts.tokens for each in (own, *islice(rest, len(free)))]
        found = self._scores(tokens, together=1 + len(free))
        found = found.reshape(len(prompts.tokens), 1 + len(free), len(self.words))
        return np.asarray(found[:, 0] - _log_mean(found[:, 1:]))

    @cached_property
    def _nothing(self) -> Float[ndarray, " classes"]:
        """The log of the mean probability of each label after texts that say nothing."""
        free = content_free(self.columns)
        shown = [] if self.shown is None else self.shown.before(len(free))
        prompts = fitted_prompts(self._prompt, free, shown)
        return np.asarray(_log_mean(self._scores(prompts.tokens)[None])[0])

    def _scores(
        self, tokens: Sequence[Sequence[int]], *, together: int = 1
    ) -> Float[ndarray, "prompts classes"]:
        ways = Continuations.of(self._prompt.labels)
        found = continuation_scores(self._computing, tokens, ways, together=together)
        return found / ways.lengths if self.mean else found

    def _prompts(self, rows: Rows) -> FittedPrompts:
        asked = questions(rows)
        if self.shown is None:
            return fitted_prompts(self._prompt, asked, max_length=self.max_length)
        vectors = None
        if self._by_question:
            vectors = question_vectors(self.backbone, asked, precision=self.precision)
        free = self._prompt.plain_ids([each.whole for each in content_free(self.columns)])
        return fitted_prompts(
            self._prompt,
            asked,
            self.shown.before(len(asked), vectors),
            spare=max(map(len, free)),
            max_length=self.max_length,
        )

    @cached_property
    def _prompt(self) -> LabelPrompt:
        return LabelPrompt(
            tokenizer=self.backbone.tokenizer,
            instruction=self.instruction,
            words=self.words,
            positions=self.backbone.info.shape.positions,
        )

    @cached_property
    def _computing(self) -> Backbone:
        return for_inference(self.backbone.eval(), self.precision)


def _log_mean(scores: Float[ndarray, "prompts free classes"]) -> Float[ndarray, "prompts classes"]:
    """The log of the mean over texts of the labels' probabilities, which sum to one for each text."""
    each = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    return np.asarray(np.logaddexp.reduce(each, axis=1) - np.log(each.shape[1]))


def _examples(tokens: Sequence[Sequence[int]]) -> Examples:
    """The prompts, one a row."""
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    return Examples(
        tokens=np.fromiter(chain.from_iterable(tokens), dtype=np.int32, count=int(lengths.sum())),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
        owners=np.arange(len(tokens), dtype=np.int64),
        goes_on=True,
    )
