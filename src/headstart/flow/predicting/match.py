"""Which columns of a file a model reads, and which it adds."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.core.feature import Feature
from headstart.errors import DataError, SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from headstart.bundle.manifest import Manifest

PREDICTION, PROBABILITY, MOST_PROBABLE = "prediction", "probability_", "most_probable"


@dataclass(frozen=True, kw_only=True)
class Match:
    """How a file's columns meet a model's.

    Args:
        read: columns of the file that hold the texts, in the model's order.
        known_as: the names under which the model was trained on them.
        features: columns that are read beside the texts.
        name: the file as messages name it.
    """

    read: tuple[str, ...]
    known_as: tuple[str, ...]
    features: tuple[Feature, ...] = ()
    name: str = "the file"


def match_columns(
    manifest: Manifest, columns: Sequence[str], *, text: Sequence[str], data: Path, top: int | None = None
) -> Match:
    """Finds the model's text columns in a file.

    Args:
        manifest: what the bundle says of itself.
        columns: names in the file.
        data: the file, for messages.
        text: the file's names for them, in the model's order; empty when they are the same.
        top: labels that are named of each row in one column; None for a column of each label's probability.

    Raises:
        SettingError: `text` names more or fewer columns than the model reads, or the file already has a
            column that the predictions need.
        DataError: a column is missing.
    """
    trained = manifest.columns or tuple(text) or ("text",)
    read = tuple(text) or trained
    if len(read) != len(trained):
        raise SettingError(
            f"the model reads {len(trained)} text column(s), {', '.join(map(repr, trained))}, and "
            f"--text names {len(read)}; give --text once for each, in that order"
        )
    for name in read:
        if name not in columns:
            raise DataError(_missing(name, columns, data, renamed=bool(text)))
    features = tuple(Feature.read(each) for each in manifest.features)
    for each in features:
        if each.name not in columns:
            raise DataError(_lacking(each, columns, data))
    probabilities = [f"{PROBABILITY}{label}" for label in manifest.classes]
    _refuse_collisions(columns, [PREDICTION, *(probabilities if top is None else [MOST_PROBABLE])], data)
    return Match(read=read, known_as=trained, features=features, name=str(data))


def _missing(name: str, columns: Sequence[str], data: Path, *, renamed: bool) -> str:
    near = difflib.get_close_matches(name, columns, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    advice = "" if renamed else "; if the text stands in another column, name it with --text"
    return f"{data} has no column {name!r}; {hint}it has: {', '.join(map(repr, columns))}{advice}"


def _lacking(feature: Feature, columns: Sequence[str], data: Path) -> str:
    near = difflib.get_close_matches(feature.name, columns, n=3, cutoff=0.4)
    hint = f"; did you mean {' or '.join(map(repr, near))}" if near else ""
    return (
        f"{data} has no column {feature.name!r}, a {feature.kind} that the model reads beside the text{hint}"
        f"; it has: {', '.join(map(repr, columns))}; add the column, with empty cells where it is not known"
    )


def _refuse_collisions(columns: Sequence[str], added: Sequence[str], data: Path) -> None:
    taken = [name for name in columns if name in added]
    if taken:
        raise SettingError(
            f"{data} already has the column {taken[0]!r}, which the predictions would overwrite; "
            "rename it or leave it out of the file"
        )
