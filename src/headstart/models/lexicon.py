"""Weighted word lists."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

import numpy as np

from headstart.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from jaxtyping import Float
    from numpy import ndarray


def read_lexicon(path: Path) -> dict[str, float]:
    """The weight of each word of a CSV file with the columns word and weight, a header or none.

    Raises:
        SettingError: the file is missing or one of its lines is no word with a number.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file) if line]
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingError(
            f"the lexicon {path} can't be read ({fault}); give a UTF-8 CSV file with the columns word,weight"
        ) from fault
    entries = {}
    for number, line in enumerate(lines, start=1):
        weight = _number(line[1]) if len(line) == 2 else None
        if weight is not None:
            entries[line[0].strip().lower()] = weight
        elif number > 1:
            raise SettingError(
                f"line {number} of the lexicon {path} is {','.join(line)[:60]!r}; each line must be a word, "
                "a comma and a number, such as: splendid,1.5"
            )
    if not entries:
        raise SettingError(f"the lexicon {path} holds no word; each line must be such as: splendid,1.5")
    return entries


def lexicon_scores(texts: Iterable[list[str]], lexicon: Mapping[str, float]) -> Float[ndarray, "texts 2"]:
    """What the words of each text weigh for and against, over the root of its length.

    Args:
        texts: the words of each text.
        lexicon: weight of each word.
    """
    largest = max((abs(weight) for weight in lexicon.values()), default=0.0) or 1.0
    scores = []
    for words in texts:
        found = [lexicon.get(word, 0.0) / largest for word in words]
        root = math.sqrt(1.0 + len(words))
        scores.append((sum(w for w in found if w > 0) / root, -sum(w for w in found if w < 0) / root))
    return np.array(scores, dtype=np.float32).reshape(-1, 2)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
