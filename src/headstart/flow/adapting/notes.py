"""What a task has to tell of its rows under each base, as far as these are going to be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from headstart import registry
from headstart.errors import DataError
from headstart.models.shortened import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows
    from headstart.core.split import Dataset


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How much of a row the strategies in question will read.

    Args:
        max_length: tokens that were said to be read, the fewest of all; None where nobody said.
        ahead: tokens that take their place among those that a base reads, the most of all.
    """

    max_length: int | None = None
    ahead: int = 0

    @classmethod
    def of(cls, strategies: Mapping[str, Mapping[str, Any]]) -> Self:
        """As strategies with these parameters read.

        Args:
            strategies: hyper-parameters that were said, by the name of the strategy.
        """
        lengths, ahead = list[int](), [0]
        for name, said in strategies.items():
            strategy = registry.build("strategies", name, said)
            if length := getattr(strategy, "max_length", None):
                lengths.append(length)
            if hasattr(strategy, "ahead"):
                ahead.append(strategy.ahead())
        return cls(max_length=min(lengths, default=None), ahead=max(ahead))


def with_notes(profile: Profile, dataset: Dataset, *, bases: Sequence[BaseInfo], reading: Reading) -> Profile:
    """The profile with what the task tells of its rows under bases that can learn it.

    Args:
        profile: of the same data.
        dataset: the rows.
        bases: the bases.
        reading: how much of a row will be read.

    Raises:
        BaseError: a base does not fit its own tokenizer.
        DataError: a base can't serve a row; the message names it.
    """
    shown = [shortened(base, reading.ahead) for base in bases]
    try:
        notes, quoting = _told(dataset, shown, reading.max_length)
    except DataError as error:
        if not reading.ahead:
            raise
        more = f"; {reading.ahead} virtual tokens stand ahead of each text: virtual_tokens says how many"
        raise DataError(f"{error}{more}") from None
    return replace(
        profile,
        notes=(*profile.notes, *dict.fromkeys(notes)),
        warnings=(*profile.warnings, *dict.fromkeys(quoting)),
    )


def refusal(dataset: Dataset, base: BaseInfo, reading: Reading) -> str:
    """Why a base can't serve every row as they would be read; empty where it can.

    Args:
        dataset: the rows.
        base: the base.
        reading: how much of a row would be read.
    """
    tell = getattr(dataset.split.task, "base_notes", None)
    if tell is None:
        return ""
    try:
        tell(shortened(base, reading.ahead), _parts(dataset), max_length=reading.max_length)
    except DataError as error:
        return str(error)
    return ""


def _parts(dataset: Dataset) -> dict[str, Rows]:
    return {"train": dataset.split.train, "dev": dataset.split.dev, "test": dataset.test}


def _told(dataset: Dataset, bases: Sequence[BaseInfo], max_length: int | None) -> tuple[list[str], list[str]]:
    """What quotes no text of the rows, and what does."""
    split = dataset.split
    tell, show = (getattr(split.task, name, None) for name in ("base_notes", "base_preview"))
    notes = [note for base in bases if tell for note in tell(base, _parts(dataset), max_length=max_length)]
    return notes, [show(base, split.train, max_length=max_length) for base in bases if show]
