"""A linear model on the n-grams of a text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.special import softmax

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


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearText:
    """Softmax over weighted n-grams.

    Args:
        classes: names of the classes.
        ngrams: how a text becomes features.
        weight: weight of each feature for each class.
        bias: weight of each class without any feature.
    """

    classes: tuple[str, ...]
    ngrams: Ngrams
    weight: Float[ndarray, "classes features"]
    bias: Float[ndarray, " classes"]

    def predict(self, rows: Rows) -> Predictions:
        """Probabilities and the most probable class; features are held for a chunk of rows at a time."""
        texts = rows.texts
        probabilities = np.empty((len(texts), len(self.classes)), dtype=np.float32)
        across = np.ascontiguousarray(self.weight.T)
        for start in range(0, len(texts), CHUNK):
            chunk = slice(start, start + CHUNK)
            probabilities[chunk] = softmax(self.ngrams.transform(texts[chunk]) @ across + self.bias, axis=1)
        return Predictions(
            classes=self.classes, labels=probabilities.argmax(axis=1), probabilities=probabilities
        )

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
            classes=tuple(config["classes"]), ngrams=ngrams, weight=arrays["weight"], bias=arrays["bias"]
        )
