"""Boosted trees on the columns beside the text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from headstart.core.feature import Feature
from headstart.core.feature_cells import feature_table
from headstart.models.boosted import Boosted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.predictions import Predictions
    from headstart.core.rows import Rows
    from headstart.core.task import Task


@dataclass(frozen=True, kw_only=True, eq=False)
class Trees:
    """Reads no text.

    Args:
        features: the columns, with the categories of the training rows.
        boosted: the trees.
    """

    features: tuple[Feature, ...]
    boosted: Boosted

    def predict(self, rows: Rows) -> Predictions:
        """Answers in the order of the rows; a category that was never seen counts as missing."""
        return self.boosted.predict(feature_table(rows.frame, self.features))

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Writes the trees as text."""
        self.boosted.save(folder)
        gains = self.boosted.gains.tolist()
        return {
            "features": [asdict(each) for each in self.features],
            "count": len(self.boosted.boosters),
            "importance": {
                "text": 0.0,
                "columns": {each.name: gain for each, gain in zip(self.features, gains, strict=True)},
            },
        }

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any], task: Task) -> Self:
        """The predictor that `save` wrote.

        Raises:
            BundleError: a file is missing or broken.
            MissingExtra: LightGBM is not installed.
        """
        return cls(
            features=tuple(Feature.read(each) for each in config["features"]),
            boosted=Boosted.load(
                folder, count=int(config["count"]), answer=task.answer, classes=task.classes
            ),
        )
