"""Labels as strings, with what is odd about them."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

import polars as pl

from headstart.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_FRACTIONS = 20
_MOST_WHOLE = 50
_SHOWN = 4
# The category of joiners, marks of direction and the like.
_UNSEEN = "Cf"


def as_labels(values: pl.Series) -> pl.Series:
    """Labels as strings; whole numbers lose the `.0` that a float column gave them.

    Raises:
        DataError: the cells are lists or objects.
    """
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary):
        raise DataError(
            f"the target column {values.name!r} holds lists or objects, and classification needs one label "
            "a row; give --task multilabel for several labels a row, or name another column with --target"
        )
    labels = values.cast(pl.String)
    given = labels.filter(labels.str.contains(r"\S").fill_null(value=False))
    if len(given) and given.str.contains(r"^\s*[+-]?\d+\.0+\s*$").all():
        return labels.str.replace(r"\.0+(\s*)$", "${1}")
    return labels


def check_classes(labels: pl.Series, name: str) -> None:
    """Makes sure that labels are classes.

    Args:
        labels: labels without gaps.
        name: the source as messages name it.

    Raises:
        DataError: the target is clearly continuous, or nearly every row has a label of its own.
    """
    distinct, rows = labels.n_unique(), len(labels)
    numbers = labels.str.strip_chars().cast(pl.Float64, strict=False)
    if numbers.null_count() == 0 and continuous(numbers):
        given = numbers.sort().to_list()
        raise DataError(
            f"the target {labels.name!r} of {name} is continuous ({distinct:,} different numbers from "
            f"{given[0]:g} to {given[-1]:g}), and classes need several rows each: give --task regression, "
            "name another target, or put the numbers into a few classes"
        )
    if rows >= 10 and distinct > 0.5 * rows:
        raise DataError(
            f"the target {labels.name!r} of {name} has {distinct:,} different labels in {rows:,} rows; "
            "classes need several rows each: is this the right column? Name another one with --target"
        )


def continuous(numbers: pl.Series) -> bool:
    """Whether numbers without gaps measure something rather than name a few classes."""
    distinct, rows = numbers.n_unique(), len(numbers)
    if (numbers != numbers.floor()).any():
        return distinct > _MOST_FRACTIONS or (distinct > 5 and distinct > 0.5 * rows)
    return distinct > _MOST_WHOLE and distinct > 0.2 * rows


def odd_labels(classes: Iterable[str]) -> tuple[str, ...]:
    """Labels that may be meant to be the same, in plain words; they are kept apart."""
    known = sorted(classes)
    notes = list[str]()
    spaced = [each for each in known if each != each.strip()]
    if spaced:
        notes.append(
            f"labels with spaces around them are kept as they are: {_listed(spaced)}; "
            f"take the spaces out of the file if they mean nothing"
        )
    alike = dict[str, list[str]]()
    for each in known:
        alike.setdefault(_folded(each), []).append(each)
    same = [_told_apart(each) for each in alike.values() if len(each) > 1]
    if same:
        more = f" and {len(same) - _SHOWN} more such pairs" if len(same) > _SHOWN else ""
        notes.append(
            "labels that differ only in case, spaces or spelling in Unicode count as different classes: "
            f"{'; '.join(same[:_SHOWN])}{more}; make them equal in the file if they mean the same"
        )
    return tuple(notes)


def _folded(label: str) -> str:
    """A label without what people don't see or don't mean: case, spaces, and how Unicode writes a letter."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).casefold())
    return " ".join("".join(each for each in plain if unicodedata.category(each) != _UNSEEN).split())


def _told_apart(labels: list[str]) -> str:
    """Labels in quotes; those that look the same are written with the numbers of their letters."""
    seen = [unicodedata.normalize("NFKC", each) for each in labels]
    return " and ".join(
        ascii(each) if seen.count(look) > 1 else repr(each) for each, look in zip(labels, seen, strict=True)
    )


def _listed(labels: list[str]) -> str:
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return ", ".join(map(repr, labels[:_SHOWN])) + more


def in_order(labels: Iterable[str]) -> list[str]:
    """Labels sorted as numbers where all are numbers, else by alphabet."""
    known = list(labels)
    try:
        numbers = {label: float(label) for label in known}
    except ValueError:
        return sorted(known)
    if not all(map(math.isfinite, numbers.values())):
        return sorted(known)
    return sorted(known, key=lambda label: (numbers[label], label))
