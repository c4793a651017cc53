"""Edits that would turn produced texts into their references."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.metrics._texts import text_pairs

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class Ter:
    """Translation edit rate over a corpus, in per cent (Snover et al. 2006), by sacrebleu; less is better.

    Words may be put in, taken out, replaced, and moved in blocks. Of several references the nearest one
    counts, and its edits are told by the mean length of all.
    """

    label: ClassVar[str] = "TER"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = False
    unit: ClassVar[float] = 1.0

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Edits, and the mean number of words of the references."""
        lines = list[tuple[float, float]]()
        for text, references in text_pairs(gold, predictions):
            found = self._counter.sentence_score(text, list(references))
            lines.append((found.num_edits, found.ref_length))
        return np.asarray(lines, dtype=np.float64).reshape(-1, 2)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """Edits a hundred words; not-a-number without rows."""
        if not len(stats):
            return float("nan")
        edits, words = stats.sum(axis=0)
        if words > 0:
            return float(100.0 * edits / words)
        return 100.0 if edits > 0 else 0.0

    @cached_property
    def _counter(self) -> Any:
        from sacrebleu.metrics.ter import TER

        return TER()
