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
from headstart.models.statement_demonstrations import StatementDemonstrations
from headstart.models.token_tree import Continuations
from headstart.train.label_asking import LabelAsking, fields_of, one_a_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from jaxtyping import Bool, Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task
    from headstart.models.fitted_prompts import FittedPrompts
    from headstart.models.question import Question

# Prompts that are made at once.
AT_ONCE = 1024


@dataclass(frozen=True, kw_only=True, eq=False)
class YesOrNo(LabelAsking):
    """The probability of yes, among yes and no, after a statement about each label of a text.

    A text stands before the statements about it, so that it is read once for all labels where nothing is
    shown before; demonstrations that all texts share are read once for each label. Calibrated by
    content-free inputs as Zhao et al. 2021, section 4, have it, each label by itself: W = diag(p)^-1 and
    b = 0, where p is the mean of what yes and no get after texts that say nothing.

    Args:
        backbone: a decoder-only network with the layer that scores words.
        task: decodes outputs.
        instruction: what stands at the head of each prompt.
        words: how yes is said, and no.
        columns: names of the text columns.
        max_length: tokens that are read of a text at most, or None.
        shown: what is shown before each statement, or None.
        precision: `bfloat16` or `float32`, of the computation; weights are kept in float32.
        statements: what is said of a text that has a label, one for each.
        calibrated: whether what yes and no get after texts without content is divided out.
    """

    heading: ClassVar[str] = "Answer"

    statements: tuple[str, ...]
    calibrated: bool = True
    shown: StatementDemonstrations | None = None

    def predict(self, rows: Rows) -> Predictions:
        """Predictions in the order of the rows; a target column, if any, is not read.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: what may not be cut of a row is too long.
        """
        parts, tokens = [np.zeros((0, len(self.statements)))], list[list[int]]()
        for prompts in self.prompts(questions(rows)):
            parts.append(self._log_odds(prompts))
            tokens += prompts.tokens[:: len(self.statements)]
        return self.task.decode(np.concatenate(parts), one_a_row(tokens))

    def prompts(self, asked: Sequence[Question]) -> Iterator[FittedPrompts]:
        """The prompts of some texts at a time, all labels of a text one after the other."""
        vectors = self.vectors(asked)
        size = max(1, AT_ONCE // len(self.statements))
        for start in range(0, len(asked), size):
            some = slice(start, start + size)
            yield self._fitted(asked[some], None if vectors is None else vectors[some])

    def fewer(self, rows: Rows) -> int:
        """Rows that are shown fewer demonstrations than was chosen before a statement, for want of room."""
        return sum(int(self._any(each.lacking).sum()) for each in self.prompts(questions(rows)))

    def prompt_figures(self, rows: Rows) -> PromptFigures:
        """What the prompts of these rows come to: the tokens of a text, and of what is asked about it."""
        labels, tokens, shown, fewer, cut = len(self.statements), 0, 0, 0, 0
        for prompts in self.prompts(questions(rows)):
            for start in range(0, len(prompts.tokens), labels):
                own = prompts.tokens[start : start + labels]
                tokens += sum(map(len, own)) - (labels - 1) * _alike(own)
            shown += sum(map(len, prompts.shown))
            fewer += int(self._any(prompts.lacking).sum())
            cut += int(self._any(prompts.shorter).sum())
        count = max(1, len(rows))
        return PromptFigures(
            rows=len(rows), tokens=tokens / count, shown=shown / (count * labels), fewer=fewer, cut=cut
        )

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes `network/`, which opens with `transformers`, and the demonstrations where there are some."""
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
            BundleError: the demonstrations are broken.
        """
        return cls(
            task=task,
            statements=tuple(config["statements"]),
            calibrated=bool(config["calibrated"]),
            **fields_of(folder, config, StatementDemonstrations),
        )

    def _fitted(
        self, asked: Sequence[Question], vectors: Float[ndarray, "asked width"] | None
    ) -> FittedPrompts:
        every = [stated(each, about) for each in asked for about in self.statements]
        if self.shown is None:
            return fitted_prompts(self.prompt, every, max_length=self.max_length)
        yes, no = self.words
        shown = self.shown.before(len(asked), vectors, statements=self.statements, answers=(yes, no))
        return fitted_prompts(self.prompt, every, shown, spare=self.spare, max_length=self.max_length)

    def _log_odds(self, prompts: FittedPrompts) -> Float[ndarray, "texts labels"]:
        """The logarithm of how much likelier yes is than no, calibrated where that is asked for."""
        if not self.calibrated:
            return self._plain(prompts)
        return self._own(prompts) if self.by_question else self._plain(prompts) - self._nothing

    def _plain(self, prompts: FittedPrompts) -> Float[ndarray, "texts labels"]:
        labels = len(self.statements)
        if self.shown is None:
            return self._told(prompts.tokens, together=labels).reshape(-1, labels)
        # What is shown differs from label to label, so that a text can't stand before all its statements.
        return np.stack([self._told(prompts.tokens[label::labels]) for label in range(labels)], axis=1)

    def _own(self, prompts: FittedPrompts) -> Float[ndarray, "texts labels"]:
        """The same where each prompt shows rows of its own, which the texts without content follow too."""
        free = content_free(self.columns)
        about = [[stated(each, statement) for each in free] for statement in self.statements]
        tokens = self.beside_nothing(prompts, about * (len(prompts.tokens) // len(about)))
        found = self._told(tokens, together=1 + len(free)).reshape(-1, len(about), 1 + len(free))
        return np.asarray(found[..., 0] - _of_mean(found[..., 1:]))

    @cached_property
    def _nothing(self) -> Float[ndarray, " labels"]:
        """The same after texts that say nothing, for each label."""
        found = np.concatenate([self._plain(each) for each in self.prompts(content_free(self.columns))])
        return _of_mean(found.T)

    def _told(self, tokens: Sequence[Sequence[int]], *, together: int = 1) -> Float[ndarray, " prompts"]:
        """The logarithm of how much likelier yes is than no after each prompt."""
        ways = Continuations.of(self.prompt.labels)
        found = continuation_scores(self.computing, tokens, ways, together=together)
        return np.asarray(found[:, 0] - found[:, 1])

    def _any(self, each: Sequence[bool]) -> Bool[ndarray, " texts"]:
        """Whether something is true of any prompt of a text."""
        return np.asarray(np.reshape(each, (-1, len(self.statements))).any(axis=1))


def _of_mean(odds: Float[ndarray, "*prompts texts"]) -> Float[ndarray, "*prompts"]:
    """The log odds of the mean over texts of the probability of yes."""
    yes, no = (-np.logaddexp(0.0, sign * odds) for sign in (-1.0, 1.0))
    return np.asarray(np.logaddexp.reduce(yes, axis=-1) - np.logaddexp.reduce(no, axis=-1))


def _alike(prompts: Sequence[list[int]]) -> int:
    """Tokens that all of these prompts begin with."""
    first, last = min(prompts), max(prompts)
    pairs = enumerate(zip(first, last, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(first), len(last)))
