"""A table of examples and the roles its columns play."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import polars as pl

from headstart.core.feature import Feature
from headstart.core.serialise import serialised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Bool, Int
    from numpy import ndarray

TEXT_SEPARATOR = "\n"


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns of a table hold the text, the target, the group, the time and what is beside."""

    text: tuple[str, ...]
    target: str | None = None
    group: str | None = None
    time: str | None = None
    features: tuple[Feature, ...] = ()

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The roles as they came through JSON."""
        features = tuple(Feature.read(each) for each in values.get("features", ()))
        return cls(**{**values, "text": tuple(values["text"]), "features": features})


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Rows of a file with the roles of their columns; text columns hold strings without nulls.

    Columns beside the text hold floats or strings, null where a cell is missing.

    Args:
        frame: the columns as read, one line per example.
        columns: the roles of the columns.
        groups: cluster of each row; rows of one cluster stay on one side of every split and are
            resampled together.
        numbers: position of each row in the file it came from, counted from 1 without the header.
    """

    frame: pl.DataFrame
    columns: Columns
    groups: Int[ndarray, " rows"]
    numbers: Int[ndarray, " rows"]

    @classmethod
    def of(cls, frame: pl.DataFrame, columns: Columns) -> Rows:
        """Rows of `frame` in order, each a cluster of its own."""
        order = np.arange(frame.height, dtype=np.int64)
        return cls(frame=frame, columns=columns, groups=order, numbers=order + 1)

    def __len__(self) -> int:
        return self.frame.height

    @cached_property
    def texts(self) -> list[str]:
        """The text of each row, several text columns joined by a line break, columns beside it last."""
        names = self.columns.text
        if len(names) == 1:
            found = self.frame[names[0]].to_list()
        else:
            found = self.frame.select(pl.concat_str(names, separator=TEXT_SEPARATOR)).to_series().to_list()
        if not self.columns.features:
            return found
        return [
            f"{text}{TEXT_SEPARATOR}{tail}" if tail else text
            for text, tail in zip(found, self.tails, strict=True)
        ]

    @cached_property
    def tails(self) -> list[str]:
        """The columns beside the text of each row, in words; empty texts without any such column."""
        return serialised(self.frame, self.columns.features) or [""] * len(self)

    @property
    def plain(self) -> Rows:
        """The same rows, read without the columns beside their text."""
        return replace(self, columns=replace(self.columns, features=()))

    @cached_property
    def targets(self) -> list[str]:
        """The target of each row as text.

        Raises:
            ValueError: the table has no target column.
        """
        if self.columns.target is None:
            raise ValueError("these rows have no target column")
        return self.frame[self.columns.target].to_list()

    def take(self, chosen: Int[ndarray, " chosen"] | Bool[ndarray, " rows"] | Sequence[int]) -> Rows:
        """The rows at the given positions (or where a mask is true), in that order."""
        index = np.asarray(chosen)
        index = np.flatnonzero(index) if index.dtype == bool else index.astype(np.int64)
        return replace(self, frame=self.frame[index], groups=self.groups[index], numbers=self.numbers[index])

    def __add__(self, other: Rows) -> Rows:
        """These rows followed by `other`'s; clusters with the same number are the same cluster."""
        return replace(
            self,
            frame=pl.concat([self.frame, other.frame], how="vertical_relaxed"),
            groups=np.concatenate([self.groups, other.groups]),
            numbers=np.concatenate([self.numbers, other.numbers]),
        )
