"""Whether a training fitted its rows too closely, too little, or about right."""

from __future__ import annotations

from dataclasses import dataclass, field

from headstart.core.curve import Curve

OVERFITTING, UNDERFITTING, WELL_FITTED, NOT_KNOWN = "overfitting", "underfitting", "well fitted", "not known"


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """What a training's curve says of it.

    Args:
        kind: `overfitting`, `underfitting`, `well fitted` or `not known`.
        sentence: the finding in plain words, with its figures.
        best_share: share of the training after which the dev loss was lowest, as far as chance lets one
            tell; 1 where the end is as good as any.
        done: what was done about it, in plain words; empty before that is known.
        curve: what it was drawn from.
        of: the member that was trained so, as people call it, where the winner is a combination of several.
    """

    kind: str
    sentence: str
    best_share: float = 1.0
    done: str = ""
    curve: Curve = field(default_factory=Curve)
    of: str = ""
