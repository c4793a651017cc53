"""What the prompts of a model come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headstart.core.rows import Rows


@dataclass(frozen=True, kw_only=True)
class PromptFigures:
    """What the prompts of some rows come to.

    Args:
        rows: the rows.
        tokens: tokens of a row's prompt, on the mean; where a row has several, what they begin with counts
            once.
        shown: demonstrations in a prompt, on the mean.
        fewer: rows that are shown fewer demonstrations than was chosen, for want of room.
        cut: rows whose text lost its end, for want of room.
        unread: rows whose answer was written and can't be read.
    """

    rows: int
    tokens: float
    shown: float = 0.0
    fewer: int = 0
    cut: int = 0
    unread: int = 0

    @classmethod
    def of(cls, predictor: Any, rows: Rows) -> PromptFigures | None:
        """What a predictor says of them; None where it asks with no prompts, or there are no rows."""
        tell = getattr(predictor, "prompt_figures", None)
        found: PromptFigures | None = tell(rows) if tell is not None and len(rows) else None
        return found

    @classmethod
    def added(cls, every: Sequence[PromptFigures]) -> PromptFigures | None:
        """What a row takes that is asked in several ways; None without any."""
        if not every:
            return None
        return cls(
            rows=max(each.rows for each in every),
            tokens=sum(each.tokens for each in every),
            shown=sum(each.shown for each in every),
            fewer=max(each.fewer for each in every),
            cut=max(each.cut for each in every),
            unread=max(each.unread for each in every),
        )

    def findings(self, model: str) -> Iterator[str]:
        """What had to be left out of prompts, and what could not be read of answers, in plain words.

        Args:
            model: what people call the model.
        """
        if self.fewer:
            yield (
                f"{model} showed fewer demonstrations than it should in {count(self.fewer, 'prompt')} of "
                f"{self.rows:,}: the base has no room for more."
            )
        if self.cut:
            yield (
                f"{model} read {count(self.cut, 'text')} of {self.rows:,} without the end: the base has no "
                "room for all of it in a prompt."
            )
        if self.unread:
            yield (
                f"{model} wrote {count(self.unread, 'answer')} of {self.rows:,} that name no label, or "
                "several where a row has one: these rows were given the shares that labels have among the "
                "training rows."
            )
