"""Whether a loss still falls."""

from __future__ import annotations

from dataclasses import dataclass

# A fall by less than this share of the loss counts as none; so many rounds without one are enough.
LEAST_FALL, MOST_ROUNDS = 0.01, 3


@dataclass(frozen=True, kw_only=True)
class Flatness:
    """What the losses of the rounds so far say.

    Args:
        least: the loss that was last clearly below all before it.
        rounds: rounds since then.
    """

    least: float = float("inf")
    rounds: int = 0

    @property
    def reached(self) -> bool:
        """Whether the loss has stopped to fall."""
        return self.rounds >= MOST_ROUNDS

    def after(self, loss: float) -> Flatness:
        """The same with one more round of this mean loss."""
        if loss < (1.0 - LEAST_FALL) * self.least:
            return Flatness(least=loss)
        return Flatness(least=self.least, rounds=self.rounds + 1)
