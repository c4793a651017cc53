"""A column of numbers or of categories beside the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER, CATEGORY = "number", "category"


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A column that is read beside the text.

    Args:
        name: its name.
        kind: `number` or `category`.
        categories: what the training rows hold, the most frequent first; another one counts as missing.
    """

    name: str
    kind: str
    categories: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind == NUMBER

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The feature as it came through JSON."""
        return cls(**{**values, "categories": tuple(values.get("categories", ()))})
