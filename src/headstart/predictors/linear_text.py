"""A linear model on the n-grams of a text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.special import expit, softmax

from headstart.core.predictions import Predictions
from headstart.models.ngrams import CHUNK, NgramOptions, Ngrams

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.rows import Rows
    from headstart.core.task import Task

WEIGHTS, VOCABULARY = "linear.safetensors", "vocabulary.json"
SOFTMAX, SIGMOID, IDENTITY = "softmax", "sigmoid", "identity"


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearText:
    """Weighted n-grams, as probabilities or as a number.

    Args:
        classes: names of the classes; empty for a number.
        ngrams: how a text becomes features.
        weight: weight of each feature for each class.
        bias: weight of each class without any feature.
        link: what makes answers of weights: `softmax` for one class, `sigmoid` for any number of them,
            `identity` for a number.
    """

    classes: tuple[str, ...]
    ngrams: Ngrams
    weight: Float[ndarray, "classes features"]
    bias: Float[ndarray, " classes"]
    link: str = SOFTMAX

    def predict(self, rows: Rows) -> Predictions:
        """Answers in the order of the rows; features are held for a chunk of rows at a time."""
        texts = rows.texts
        outputs = np.empty((len(texts), len(self.bias)), dtype=np.float32)
        across = np.ascontiguousarray(self.weight.T)
        for start in range(0, len(texts), CHUNK):
            chunk = slice(start, start + CHUNK)
            linear = self.ngrams.transform(texts[chunk]) @ across + self.bias
            outputs[chunk] = softmax(linear, axis=1) if self.link == SOFTMAX else linear
        if self.link == IDENTITY:
            return Predictions(values=outputs[:, 0].astype(np.float64))
        if self.link == SIGMOID:
            probabilities = expit(outputs)
            return Predictions(classes=self.classes, chosen=probabilities >= 0.5, probabilities=probabilities)
        return Predictions(classes=self.classes, labels=outputs.argmax(axis=1), probabilities=outputs)

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the weights as safetensors and the terms, in the order of their columns, as JSON."""
        ngrams, options = self.ngrams, self.ngrams.options
        arrays = {
            "weight": self.weight,
            "bias": self.bias,
            "word_weights": ngrams.word_weights,
            "character_weights": ngrams.character_weights,
        }
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / WEIGHTS)
        vocabulary = {
            "words": list(ngrams.words),
            "characters": list(ngrams.characters),
            "stop_words": sorted(options.stop_words),
            "lexicon": dict(options.lexicon),
        }
        (folder / VOCABULARY).write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
        return {
            "classes": list(self.classes),
            "pairs": options.pairs,
            "characters": list(options.characters) if options.characters else None,
            "least_rows": options.least_rows,
            "link": self.link,
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` wrote."""
        arrays = load_file(folder / WEIGHTS)
        vocabulary = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
        options = NgramOptions(
            pairs=config["pairs"],
            characters=tuple(config["characters"]) if config["characters"] else None,
            stop_words=frozenset(vocabulary["stop_words"]),
            lexicon=vocabulary["lexicon"],
            least_rows=config["least_rows"],
        )
        ngrams = Ngrams(
            options=options,
            words={term: column for column, term in enumerate(vocabulary["words"])},
            characters={term: column for column, term in enumerate(vocabulary["characters"])},
            word_weights=arrays["word_weights"],
            character_weights=arrays["character_weights"],
        )
        return cls(
            classes=tuple(config["classes"]),
            ngrams=ngrams,
            weight=arrays["weight"],
            bias=arrays["bias"],
            link=config.get("link", SOFTMAX),
        )
