"""Share of the terms of a glossary that were used where they were due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from headstart.core.terms import holds
from headstart.metrics._texts import text_pairs

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray

    from headstart.core.predictions import Predictions


@dataclass(frozen=True, kw_only=True)
class GlossaryAdherence:
    """Share of the terms due that the texts hold, whatever their case; any spelling of a term will do."""

    label: ClassVar[str] = "glossary adherence"
    needs: ClassVar[str] = "texts"
    greater_is_better: ClassVar[bool] = True
    unit: ClassVar[float] = 0.01

    def stats(self, gold: Any, predictions: Predictions) -> Float[ndarray, "rows 2"]:
        """Terms used and terms due in each row."""
        lines = [
            (sum(any(holds(text, spelt) for spelt in term) for term in each.terms), len(each.terms))
            for (text, _), each in zip(text_pairs(gold, predictions), gold, strict=True)
        ]
        return np.asarray(lines, dtype=np.float64).reshape(-1, 2)

    def value(self, stats: Float[ndarray, "rows 2"]) -> float:
        """Terms used over terms due; not-a-number where none is due."""
        used, due = stats.sum(axis=0)
        return float(used / due) if due else float("nan")
