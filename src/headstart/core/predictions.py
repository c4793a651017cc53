"""What a model says about rows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.core.entities import entities

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
    from numpy import ndarray

ABSTAINED = -1
# Start and end of a stretch where there is none.
NOWHERE = -1
# Place of a passage where a ranking has come to its end.
NOTHING = -1
# Passages that a person is told of each row.
TOLD = 10
# Probabilities count as no smaller than this where their logarithm is taken.
LEAST = 1e-300


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictions:
    """One prediction per row; a task fills the fields it has and leaves the rest None.

    Args:
        classes: names of the classes, in the order of the columns of `probabilities`.
        labels: index into `classes` of each row's label, `ABSTAINED` where none is given.
        probabilities: probability of each class; they sum to one in a row unless it may have several.
        texts: text given for each row, generated or cut out of the row's own; empty for no answer.
        values: number of each row.
        chosen: whether each row has each of the classes, of which it may have none or several.
        tags: index into `classes` of the tag of each word, the words of all rows end to end.
        sizes: words of each row.
        spans: where each word starts and ends in its row's text, where the text was cut into words here; or,
            beside `texts`, where each of these does, -1 for no answer.
        confidence: probability of each row's answer, where that is neither a class nor a label.
        silence: where rows may have no answer, the probability that a row has none; `texts`, `spans` and
            `confidence` are then those of its best stretch, whether or not that will be given.
        likelihoods: for rows that came with their true answer, the sum of the losses of its tokens (the
            negative log-likelihood in nats) and their number.
        rivals: the same of an answer that was rejected, where rows came with one.
        drift: the sum over the tokens of the true answer of how far what was said of the next token has
            moved from the base (the Kullback-Leibler divergence in nats), and their number.
        ranked: places in a corpus of each row's passages, the best first, `NOTHING` where there are no more.
        scores: how well each of these passages answers, in the predictor's own scale.
        passages: the corpus, where its texts are at hand.
    """

    classes: tuple[str, ...] = ()
    labels: Int[ndarray, " rows"] | None = None
    probabilities: Float[ndarray, "rows classes"] | None = None
    texts: tuple[str, ...] | None = None
    values: Float[ndarray, " rows"] | None = None
    chosen: Bool[ndarray, "rows classes"] | None = None
    tags: Int[ndarray, " words"] | None = None
    sizes: Int[ndarray, " rows"] | None = None
    spans: Int[ndarray, "pieces 2"] | None = None
    confidence: Float[ndarray, " rows"] | None = None
    silence: Float[ndarray, " rows"] | None = None
    likelihoods: Float[ndarray, "rows 2"] | None = None
    rivals: Float[ndarray, "rows 2"] | None = None
    drift: Float[ndarray, "rows 2"] | None = None
    ranked: Int[ndarray, "rows depth"] | None = None
    scores: Float[ndarray, "rows depth"] | None = None
    passages: tuple[str, ...] = ()

    def __len__(self) -> int:
        first = (self.labels, self.probabilities, self.texts, self.values, self.chosen, self.sizes)
        others = (self.likelihoods, self.ranked)
        return next((len(each) for each in (*first, *others) if each is not None), 0)

    @property
    def silence_odds(self) -> Float[ndarray, " rows"]:
        """How much likelier no answer is than each row's best stretch, as the logarithm of their ratio.

        Raises:
            ValueError: these predictions do not say how likely no answer is.
        """
        if self.silence is None or self.confidence is None:
            raise ValueError("these predictions do not say how likely it is that a row has no answer")
        none, best = (np.maximum(each, LEAST) for each in (self.silence, self.confidence))
        return np.asarray(np.log(none) - np.log(best))

    @property
    def arrays(self) -> dict[str, ndarray]:
        """The fields that are arrays, by name, for a trip to disk."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in found.items() if isinstance(value, np.ndarray)}

    @property
    def names(self) -> list[str | None]:
        """The label of each row by name, None where the model abstained."""
        if self.labels is None:
            return list(self.texts or ())
        return [None if label == ABSTAINED else self.classes[label] for label in self.labels]

    @property
    def answers(self) -> list[Any]:
        """What a person is told of each row.

        A label, a number, a text, or a list of labels, tags, stretches or passages, the best passages first.
        """
        if self.values is not None:
            return list(self.values.tolist())
        if self.chosen is not None:
            return [[self.classes[each] for each in np.flatnonzero(row)] for row in self.chosen]
        if self.tags is not None:
            return self.words if self.spans is None else self._stretches(self.spans)
        if self.texts is not None and self.spans is not None:
            return self._passages(self.texts, self.spans)
        if self.ranked is not None and self.scores is not None:
            return self._found(self.ranked[:, :TOLD], self.scores[:, :TOLD])
        return self.names

    @property
    def words(self) -> list[list[str]]:
        """The tags of each row's words by name."""
        if self.tags is None or self.sizes is None:
            return []
        named = [self.classes[each] for each in self.tags]
        ends = np.cumsum(self.sizes).tolist()
        return [named[end - size : end] for end, size in zip(ends, self.sizes.tolist(), strict=True)]

    def _stretches(self, spans: Int[ndarray, "words 2"]) -> list[list[dict[str, Any]]]:
        """Where in its text each row has what."""
        found, first = [], 0
        for tags in self.words:
            mine = spans[first : first + len(tags)].tolist()
            found.append(
                [
                    {"start": mine[each.start][0], "end": mine[each.stop - 1][1], "label": each.kind}
                    for each in entities(tags)
                ]
            )
            first += len(tags)
        return found

    def _passages(self, texts: tuple[str, ...], spans: Int[ndarray, "rows 2"]) -> list[dict[str, Any]]:
        """The text of each row with its place, None for no place, and its probability where that is known."""
        sure = [None] * len(texts) if self.confidence is None else self.confidence.tolist()
        return [
            {
                "text": text,
                "start": start if start >= 0 else None,
                "end": end if start >= 0 else None,
                "probability": probability,
            }
            for text, (start, end), probability in zip(texts, spans.tolist(), sure, strict=True)
        ]

    def _found(
        self, ranked: Int[ndarray, "rows told"], scores: Float[ndarray, "rows told"]
    ) -> list[list[dict[str, Any]]]:
        """The passages of each row with their scores; by their place where the texts are not at hand."""
        lines = zip(ranked.tolist(), scores.tolist(), strict=True)
        return [
            [
                {"passage": self.passages[place] if self.passages else str(place), "score": score}
                for place, score in zip(places, given, strict=True)
                if place != NOTHING
            ]
            for places, given in lines
        ]
