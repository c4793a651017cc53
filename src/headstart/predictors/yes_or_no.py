"""How likely a decoder-only network finds yes rather than no, where it is asked of each label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from headstart.core.prompt_figures import PromptFigures
from headstart.models.continuation_scores import continuation_scores
from headstart.models.fitted_prompts import fitted_prompts
from headstart.models.question import content_free, questions, stated
from headstart.models.token_tree import Continuations
from headstart.train.label_asking import LabelAsking, fields_of, one_a_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.models.fitted_prompts import FittedPrompts
    from headstart.models.question import Question

# Prompts that are made at once.
AT_ONCE = 4096


@dataclass(frozen=True, kw_only=True, eq=False)
class YesOrNo(LabelAsking):
    """The probability of yes, among yes and no, after a statement about each label of a text.

    A text stands before the statements about it, so that it is read once for all labels. Calibrated by
    content-free inputs as Zhao et al. 2021, section 4, have it, each label by itself: W = diag(p)^-1 and
    b = 0, where p is the mean of what yes and no get after texts that say nothing.

    Args:
        backbone: a decoder-only network with the layer that scores words.
        task: decodes outputs.
        instruction: what stands at the head of each prompt.
        words: how yes is said, and no.
        columns: names of the text columns.
        max_length: tokens that are read of a text at most, or None.
        shown: None; a statement stands alone.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
        statements: what is said of a text that has a label, one for each.
        calibrated: whether what yes and no get after texts without content is divided out.
    """

    heading: ClassVar[str] = "Answer"

    statements: tuple[str, ...]
    calibrated: bool = True

    def predict(self, rows: Rows) -> Predictions:
        """Predictions in the order of the rows; a target column, if any, is not read.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: what may not be cut of a row is too long.
        """
        parts, tokens = [np.zeros((0, len(self.statements)))], list[list[int]]()
        for prompts in self._asked(questions(rows)):
            parts.append(self._odds(prompts))
            tokens += prompts.tokens[:: len(self.statements)]
        found = np.concatenate(parts)
        return self.task.decode(found - self._nothing if self.calibrated else found, one_a_row(tokens))

    def prompt_figures(self, rows: Rows) -> PromptFigures:
        """What the prompts of these rows come to: the tokens of a text, and of what is asked about it."""
        labels, tokens, cut, asked = len(self.statements), 0, 0, questions(rows)
        for prompts in self._asked(asked):
            for start in range(0, len(prompts.tokens), labels):
                own = prompts.tokens[start : start + labels]
                tokens += sum(map(len, own)) - (labels - 1) * _alike(own)
            cut += int(np.reshape(prompts.shorter, (-1, labels)).any(axis=1).sum())
        return PromptFigures(rows=len(rows), tokens=tokens / max(1, len(rows)), cut=cut)

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `network/`, which opens with `transformers`."""
        return {
            **self.saved(folder),
            "statements": list(self.statements),
            "calibrated": self.calibrated,
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote, on the best device there is.

        Raises:
            BaseError: the network's folder is broken.
        """
        return cls(
            task=task,
            statements=tuple(config["statements"]),
            calibrated=bool(config["calibrated"]),
            **fields_of(folder, config),
        )

    def _asked(self, asked: Sequence[Question]) -> Iterator[FittedPrompts]:
        """The prompts of some texts at a time, all labels of a text one after the other."""
        size = max(1, AT_ONCE // len(self.statements))
        for start in range(0, len(asked), size):
            some = [stated(each, about) for each in asked[start : start + size] for about in self.statements]
            yield fitted_prompts(self.prompt, some, max_length=self.max_length)

    def _odds(self, prompts: FittedPrompts) -> Float[ndarray, "texts labels"]:
        """The logarithm of how much likelier yes is than no."""
        ways, labels = Continuations.of(self.prompt.labels), len(self.statements)
        found = continuation_scores(self.computing, prompts.tokens, ways, together=labels)
        return np.asarray(found[:, 0] - found[:, 1]).reshape(-1, labels)

    @cached_property
    def _nothing(self) -> Float[ndarray, " labels"]:
        """The log odds of the mean probability of yes after texts that say nothing, for each label."""
        asked = content_free(self.columns)
        odds = np.concatenate([self._odds(each) for each in self._asked(asked)])
        yes, no = (-np.logaddexp(0.0, sign * odds) for sign in (-1.0, 1.0))
        return np.asarray(np.logaddexp.reduce(yes, axis=0) - np.logaddexp.reduce(no, axis=0))


def _alike(prompts: Sequence[list[int]]) -> int:
    """Tokens that all of these prompts begin with."""
    first, last = min(prompts), max(prompts)
    pairs = enumerate(zip(first, last, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(first), len(last)))
