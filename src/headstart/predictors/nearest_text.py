"""The text that was right for the nearest row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.predictions import Predictions
from headstart.errors import BundleError
from headstart.models.ngrams import NgramOptions, Ngrams

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.task import Task

TEXTS = "texts.json"
CHUNK = 1_000


@dataclass(frozen=True, kw_only=True, eq=False)
class NearestText:
    """Gives the target of the stored row whose source shares most of its weighted words.

    Args:
        sources: texts that were seen.
        targets: what was right for each of them.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]

    def predict(self, rows: Rows) -> Predictions:
        """The target of the nearest stored row; of equally near ones the first."""
        ngrams, stored = self._index
        found = list[str]()
        for start in range(0, len(rows), CHUNK):
            some = ngrams.transform(rows.texts[start : start + CHUNK])
            cosines = (some @ stored).toarray()
            found += [self.targets[place] for place in cosines.argmax(axis=1)]
        return Predictions(texts=tuple(found))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes sources and targets as JSON; the words are counted again when it is opened."""
        text = json.dumps({"sources": self.sources, "targets": self.targets}, ensure_ascii=False)
        (folder / TEXTS).write_text(text, encoding="utf-8", errors="surrogatepass")
        return {}

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:  # noqa: ARG003
        """The predictor that `save` wrote.

        Raises:
            BundleError: the texts are missing or broken.
        """
        try:
            told = json.loads((folder / TEXTS).read_text(encoding="utf-8", errors="surrogatepass"))
            return cls(sources=tuple(told["sources"]), targets=tuple(told["targets"]))
        except (OSError, ValueError, KeyError) as error:
            raise BundleError(f"{folder / TEXTS} can't be read ({error}); copy the bundle again") from error

    @cached_property
    def _index(self) -> tuple[Ngrams, Any]:
        """The vocabulary, and the stored sources as columns."""
        ngrams = Ngrams.fit(self.sources, NgramOptions(characters=None))
        return ngrams, ngrams.transform(self.sources).T.tocsc().astype(np.float32)
