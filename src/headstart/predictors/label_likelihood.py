"""How likely a decoder-only network finds the words of each label after a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.models.continuation_scores import continuation_scores
from headstart.models.fitted_prompts import fitted_prompts
from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.models.question import content_free
from headstart.models.token_tree import Continuations
from headstart.train.label_asking import fields_of, one_a_row
from headstart.train.label_choosing import LabelChoosing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.models.fitted_prompts import FittedPrompts


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelLikelihood(LabelChoosing):
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
        max_length: tokens that are read of a text at most, or None.
        shown: answered questions that come before each question, or None.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
        calibrated: whether what labels get after texts without content is divided out.
        mean: whether the log-probabilities of a label's tokens are averaged rather than added up.
    """

    calibrated: bool = True
    mean: bool = False

    def predict(self, rows: Rows) -> Predictions:
        """Predictions in the order of the rows; a target column, if any, is not read.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: two labels are the same tokens, or what may not be cut of a row is too long.
        """
        prompts = self.prompts(rows)
        outputs = self._own(prompts) if self.by_question else self._shared(prompts)
        return self.task.decode(outputs, one_a_row(prompts.tokens))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `network/`, which opens with `transformers`, and the demonstrations where there are some."""
        return {**self.saved(folder), "calibrated": self.calibrated, "mean": self.mean}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BaseError: the network's folder is broken.
            BundleError: the demonstrations are broken.
        """
        return cls(
            task=task,
            calibrated=bool(config["calibrated"]),
            mean=bool(config["mean"]),
            **fields_of(folder, config, LabelDemonstrations),
        )

    def _shared(self, prompts: FittedPrompts) -> Float[ndarray, "rows classes"]:
        """The labels' scores after prompts that all show the same."""
        found = self._scores(prompts.tokens)
        return found - self._nothing if self.calibrated else found

    def _own(self, prompts: FittedPrompts) -> Float[ndarray, "rows classes"]:
        """The same where each prompt shows rows of its own, which the texts without content follow too."""
        if not self.calibrated:
            return self._scores(prompts.tokens)
        free = content_free(self.columns)
        tokens = self.beside_nothing(prompts, [free] * len(prompts.tokens))
        found = self._scores(tokens, together=1 + len(free))
        found = found.reshape(len(prompts.tokens), 1 + len(free), len(self.words))
        return np.asarray(found[:, 0] - _log_mean(found[:, 1:]))

    @cached_property
    def _nothing(self) -> Float[ndarray, " classes"]:
        """The log of the mean probability of each label after texts that say nothing."""
        free = content_free(self.columns)
        shown = [] if self.shown is None else self.shown.before(len(free))
        prompts = fitted_prompts(self.prompt, free, shown)
        return np.asarray(_log_mean(self._scores(prompts.tokens)[None])[0])

    def _scores(
        self, tokens: Sequence[Sequence[int]], *, together: int = 1
    ) -> Float[ndarray, "prompts classes"]:
        ways = Continuations.of(self.prompt.labels)
        found = continuation_scores(self.computing, tokens, ways, together=together)
        return found / ways.lengths if self.mean else found


def _log_mean(scores: Float[ndarray, "prompts free classes"]) -> Float[ndarray, "prompts classes"]:
    """The log of the mean over texts of the labels' probabilities, which sum to one for each text."""
    each = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    return np.asarray(np.logaddexp.reduce(each, axis=1) - np.log(each.shape[1]))
