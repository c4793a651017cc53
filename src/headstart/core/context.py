"""What a strategy may use of its surroundings, passed down and never global."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from headstart.core.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headstart.core.metric import Metric
    from headstart.core.model import Model
    from headstart.core.rows import Rows


# What predictions hold of true answers, before any other is written.
UNWRITTEN = ("likelihoods", "rivals", "drift")


class Progress(Protocol):
    """Where a strategy tells how far it is."""

    def __call__(self, fraction: float, note: str = "") -> None: ...


def silent(fraction: float, note: str = "") -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """The surroundings of one fit.

    Args:
        seed: owns all randomness of the fit.
        device: where tensors live: `cpu`, `cuda` or `mps`.
        precision: `bfloat16` or `float32`.
        workdir: an empty folder for whatever the fit wants to keep on disk.
        cache: folder of the feature cache, or None to keep nothing.
        metric: what dev scores measure.
        deadline: when the fit must have yielded its last checkpoint.
        progress: called now and then with the share that is done.
        opens: gives the model of a bundle's folder; None where no bundle can be opened.
    """

    seed: int
    device: str
    precision: str
    workdir: Path
    metric: Metric
    cache: Path | None = None
    deadline: Deadline = field(default_factory=Deadline)
    progress: Progress = silent
    opens: Callable[[Path], Model] | None = None

    def score(self, model: Model, rows: Rows) -> float:
        """The metric of the model's predictions on rows with gold.

        Where the metric reads no texts, none are written, which would take a pass a token.
        """
        unwritten = getattr(model.predictor, "unwritten", None) if self.metric.needs in UNWRITTEN else None
        found = model.predict(rows) if unwritten is None else unwritten(rows)
        return self.metric.value(self.metric.stats(model.task.gold(rows), found))
