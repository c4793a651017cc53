"""What predictors have in common that ask for the labels of a text in one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.core.prompt_figures import PromptFigures
from headstart.models.fitted_prompts import fitted_prompts
from headstart.models.question import questions
from headstart.train.label_asking import LabelAsking

if TYPE_CHECKING:
    from headstart.core.rows import Rows
    from headstart.models.fitted_prompts import FittedPrompts
    from headstart.models.label_demonstrations import LabelDemonstrations


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelChoosing(LabelAsking):
    """A prompt for each row, after rows whose labels are known."""

    shown: LabelDemonstrations | None = None

    def prompts(self, rows: Rows) -> FittedPrompts:
        """The prompt of each row, as it fits into what the base reads.

        Raises:
            BaseError: the base reads too little for the question.
            SettingError: two labels are the same tokens, or what may not be cut of a row is too long.
        """
        asked = questions(rows)
        if self.shown is None:
            return fitted_prompts(self.prompt, asked, max_length=self.max_length)
        shown = self.shown.before(len(asked), self.vectors(asked))
        return fitted_prompts(self.prompt, asked, shown, spare=self.spare, max_length=self.max_length)

    def fewer(self, rows: Rows) -> int:
        """Rows that are shown fewer demonstrations than was chosen, for want of room."""
        return self.prompts(rows).fewer

    def prompt_figures(self, rows: Rows) -> PromptFigures:
        """What the prompts of these rows come to."""
        return figures_of(self.prompts(rows))


def figures_of(prompts: FittedPrompts) -> PromptFigures:
    """What prompts come to, one a row."""
    count = len(prompts.tokens)
    return PromptFigures(
        rows=count,
        tokens=sum(map(len, prompts.tokens)) / max(1, count),
        shown=sum(map(len, prompts.shown)) / max(1, count),
        fewer=prompts.fewer,
        cut=prompts.cut,
    )
