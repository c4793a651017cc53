"""The figures of each epoch that a fit left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.core.curve import Curve

if TYPE_CHECKING:
    from collections.abc import Mapping

FIGURES = ("train_loss", "dev_loss", "dev_score")


def read_curve(outcome: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    """By name, one figure for each pass, from the curve of a fit; what was not measured is left out.

    Args:
        outcome: what the fit measured.
    """
    passes = [each for each in Curve.of(outcome.get("curve")).points if each.train_loss is not None]
    columns = {name: tuple(getattr(each, name) for each in passes) for name in FIGURES}
    found = {name: tuple(each for each in values if each is not None) for name, values in columns.items()}
    return {name: values for name, values in found.items() if values}
