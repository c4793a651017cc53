"""Word n-grams that produced texts share with their references."""

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

ORDER = 4


@dataclass(frozen=True, kw_only=True)
class Bleu:
    """BLEU over a corpus, from 0 to 100 (Papineni et al. 2002), by sacrebleu (Post 2018).

    Args:
        tokenizer: how sacrebleu cuts texts into words, such as `13a`, or `char` for scripts without
            spaces.
    """

    label: ClassVar[str] = "BLEU"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 1.0

    tokenizer: str = "13a"

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 10"]:
        """Words given and words of the nearest reference, then n-grams shared and given by length."""
        lines = list[tuple[float, ...]]()
        for text, references in text_pairs(gold, predictions):
            found = self._counter.sentence_score(text, list(references))
            lines.append((found.sys_len, found.ref_len, *found.counts, *found.totals))
        return np.asarray(lines, dtype=np.float64).reshape(-1, 2 + 2 * ORDER)

    def value(self, stats: Float[ndarray, "rows 10"]) -> float:
        """BLEU of the summed counts, smoothed where none is shared; not-a-number without rows."""
        if not len(stats):
            return float("nan")
        from sacrebleu.metrics.bleu import BLEU

        counts = stats.sum(axis=0).astype(np.int64).tolist()
        found = BLEU.compute_bleu(
            correct=counts[2 : 2 + ORDER],
            total=counts[2 + ORDER :],
            sys_len=counts[0],
            ref_len=counts[1],
            smooth_method="exp",
        )
        # A sum of logarithms may end a hair above.
        return min(100.0, float(found.score))

    @cached_property
    def _counter(self) -> Any:
        from sacrebleu.metrics.bleu import BLEU

        # Only the counts of single texts are read, for which sacrebleu wants the effective order.
        return BLEU(tokenize=self.tokenizer, effective_order=True)
