"""Data that was given and that nothing is going to learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart import registry
from headstart.core.strategy_traits import StrategyTraits
from headstart.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.core.split import Split


def unread(split: Split, strategies: Sequence[str]) -> tuple[str, ...]:
    """A line for each part of the data that no strategy in question reads, with what would read it.

    Args:
        split: the rows.
        strategies: names of the adaptations in question.
    """
    given = {
        "also": (sum(len(each.train) for each in split.also.values()), "auxiliary row"),
        "unlabelled": (0 if split.unlabelled is None else len(split.unlabelled), "unlabelled text"),
    }
    return tuple(
        f"the {count(rows, name)} will not be read: {_instead(part)}"
        for part, (rows, name) in given.items()
        if rows and not any(part in StrategyTraits.named(each).reads for each in strategies)
    )


def _instead(part: str) -> str:
    able = [name for name in registry.names("strategies") if part in StrategyTraits.named(name).reads]
    if not able:
        return "no strategy learns from such data yet"
    return f"of all strategies only {', '.join(able)} learns from them; name it with --strategy"
