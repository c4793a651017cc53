"""What a run remembers of its rows: hashes, and no texts."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import polars as pl

from headstart.data.clusters import group_hashes, joined_texts
from headstart.data.normalise import content_hashes, normalise
from headstart.data.told_apart import column_hashes, phrases
from headstart.errors import BundleError, SettingError

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import UInt
    from numpy import ndarray

    from headstart.core.rows import Columns, Rows

NAME = "sealed.json"
FORMAT = 1
HASHES = ("test", "labelled", "seen")
OF_COLUMNS = ("phrases", "whole", "test_groups", "seen_groups")


@dataclass(frozen=True, kw_only=True, eq=False)
class Sealed:
    """The sealed test rows of a run, and what its models may have learnt from.

    Args:
        task: name of the task.
        target: column that was predicted.
        text: columns that were read, in order.
        test: hash of each sealed row's text without case and punctuation.
        labelled: hash of that text with its label.
        seen: hashes of the texts that were trained on or chosen by.
        phrases: hashes of texts that too many rows share to tell rows by them; columns tell those apart.
        whole: hash of each sealed row's text with the columns beside it.
        test_groups: hashes of the groups of the sealed rows, where a column names groups.
        seen_groups: hashes of the groups of the others, which tell whose a text is that both have.
        looks: runs, this one included, that look at these rows or at some of them.
    """

    task: str
    target: str
    text: tuple[str, ...]
    test: UInt[ndarray, " sealed"]
    labelled: UInt[ndarray, " sealed"]
    seen: UInt[ndarray, " seen"]
    phrases: UInt[ndarray, " phrases"] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    whole: UInt[ndarray, " sealed"] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    test_groups: UInt[ndarray, " groups"] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    seen_groups: UInt[ndarray, " others"] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    looks: int = 1

    @classmethod
    def of(cls, task: str, *, test: Rows, seen: Rows, earlier: Sealed | None = None) -> Self:
        """What is to be remembered of a split.

        Args:
            task: name of the task.
            test: the sealed rows.
            seen: all other rows.
            earlier: what an earlier run remembered. Its sealed rows that are not in the file now, and what
                it has seen, stay remembered: rows that were taken out may come back.
        """
        texts, labelled, others = text_hashes(test), row_hashes(test), text_hashes(seen)
        groups, open_groups = _groups(test, texts), _groups(seen, others)
        many, whole = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64)
        if test.columns.features:
            many, whole = phrases(np.concatenate([texts, others])), texts ^ column_hashes(test)
        looks = 1
        if earlier is not None:
            gone = ~np.isin(earlier.test, texts)
            looks += 0 if gone.all() else earlier.looks
            texts = np.concatenate([texts, earlier.test[gone]])
            labelled = np.concatenate([labelled, earlier.labelled[gone]])
            others = np.concatenate([others, earlier.seen])
            many = np.union1d(many, earlier.phrases)
            whole = np.union1d(whole, earlier.whole)
            groups = np.union1d(groups, earlier.test_groups)
            open_groups = np.union1d(open_groups, earlier.seen_groups)
        columns = test.columns
        return cls(
            task=task,
            target=columns.target or "",
            text=columns.text,
            test=texts,
            labelled=labelled,
            seen=np.unique(others),
            phrases=many,
            whole=whole,
            test_groups=groups,
            seen_groups=open_groups,
            looks=looks,
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        packed = {
            name: base64.b64encode(getattr(self, name).astype("<u8").tobytes())
            for name in (*HASHES, *(each for each in OF_COLUMNS if len(getattr(self, each))))
        }
        return {
            "format": FORMAT,
            "task": self.task,
            "target": self.target,
            "text": list(self.text),
            "looks": self.looks,
            **{name: value.decode("ascii") for name, value in packed.items()},
        }

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What a bundle tells of the rows of its run.

        Raises:
            BundleError: it tells nothing, or nothing that can be read.
        """
        path = folder / NAME
        if not path.is_file():
            raise BundleError(
                f"{folder} does not say which rows were sealed (it has no {NAME}), so they could be trained "
                "on; it was made by another version: run its adaptation again, or leave --previous out"
            )
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["format"] != FORMAT:
                raise ValueError(f"format {told['format']}")
            there = (*HASHES, *(each for each in OF_COLUMNS if each in told))
            hashes = {name: _unpacked(told[name]) for name in there}
            if len(hashes["test"]) != len(hashes["labelled"]):
                raise ValueError("lists of different lengths")
            return cls(
                task=str(told["task"]),
                target=str(told["target"]),
                text=tuple(told["text"]),
                looks=int(told.get("looks", 1)),
                **hashes,
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BundleError(
                f"{path} can't be read ({type(error).__name__}: {error}); "
                "copy the bundle again or make it anew"
            ) from None

    def check(self, task: str, columns: Columns) -> None:
        """Makes sure that it speaks of rows as these.

        Raises:
            SettingError: the task, the target or the text is another one.
        """
        now = {"task": task, "target": columns.target or "", "text": " and ".join(columns.text)}
        then = {"task": self.task, "target": self.target, "text": " and ".join(self.text)}
        for what, value in now.items():
            if value != then[what]:
                raise SettingError(
                    f"previous: its {what} is {then[what]!r}, and now it is {value!r}; say which with "
                    f"--{what}, name the run whose {what} is the same, or leave --previous out"
                )


def _groups(rows: Rows, texts: UInt[ndarray, " rows"]) -> UInt[ndarray, " groups"]:
    found = group_hashes(rows, texts)
    return np.zeros(0, dtype=np.uint64) if found is None else np.unique(found)


def _unpacked(told: str) -> UInt[ndarray, " hashes"]:
    return np.frombuffer(base64.b64decode(told, validate=True), dtype="<u8").astype(np.uint64)


def text_hashes(rows: Rows) -> UInt[ndarray, " rows"]:
    """A hash of each row's text without case and punctuation."""
    return content_hashes(normalise(joined_texts(rows)))


def row_hashes(rows: Rows) -> UInt[ndarray, " rows"]:
    """A hash of each row's text without case and punctuation, together with its label."""
    texts = normalise(joined_texts(rows)).rename("text")
    labels = rows.frame[rows.columns.target or ""].rename("label")
    joined = pl.DataFrame([texts, labels]).select(pl.concat_str("text", "label", separator="\0"))
    return content_hashes(joined.to_series())
