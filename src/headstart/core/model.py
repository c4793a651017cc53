"""A fitted model: what predicts, under which task, from which base, by which steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

from headstart.core.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.base import BaseInfo
    from headstart.core.plan import Step
    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task


class Predictor(Protocol):
    """What maps rows to predictions; predictors may hold predictors.

    One that asks a language model may say what its prompts come to: `prompt_figures(rows)`
    (`core.prompt_figures`). One that writes texts may also tell how likely true ones are without writing:
    `unwritten(rows)`, the same as `predict` but for the texts.
    """

    def predict(self, rows: Rows) -> Predictions:
        """Raw predictions in the order of the rows."""
        ...

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the weights into `folder` (which exists, empty) in open formats.

        Returns:
            plain values that `load` needs beside the files.
        """
        ...

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote; runs nothing that the folder holds."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """What a strategy starts from and what it returns.

    Args:
        task: what is predicted.
        predictor: what predicts; None before the first step of a candidate without a base.
        base: the base it came from, or None.
        lineage: the steps it has been through.
        decision: how probabilities become labels.
    """

    task: Task
    predictor: Predictor | None
    base: BaseInfo | None = None
    lineage: tuple[Step, ...] = ()
    decision: Decision = field(default_factory=Decision)

    def predict(self, rows: Rows) -> Predictions:
        """Calibrated predictions in the order of the rows.

        Raises:
            ValueError: nothing has been fitted yet.
        """
        if self.predictor is None:
            raise ValueError("this model has no predictor yet; adapt it first")
        return self.decision.apply(self.predictor.predict(rows))
