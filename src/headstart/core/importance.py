"""What trees go by: the text, and each column beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Importance:
    """Shares in what all splits of a model's trees gained on the training rows; they add up to one.

    Args:
        text: of the text.
        columns: of each column beside it, by name.
    """

    text: float
    columns: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self | None:
        """What a predictor's settings say of it; None where they say nothing."""
        told = config.get("importance")
        if not told:
            return None
        return cls(
            text=float(told["text"]), columns={each: float(gain) for each, gain in told["columns"].items()}
        )

    @property
    def ranked(self) -> tuple[tuple[str, float], ...]:
        """The columns by their share, the largest first."""
        return tuple(sorted(self.columns.items(), key=lambda each: (-each[1], each[0])))
