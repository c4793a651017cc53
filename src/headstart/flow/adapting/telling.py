"""What a race tells of itself: who leads, who is out, and how the winner was chosen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from headstart.flow.adapting.evidence import shared
from headstart.flow.adapting.watching.events import Dropped, Leading
from headstart.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.flow.adapting.display import Display
    from headstart.flow.adapting.entrant import Entrant


def tell_dropped(display: Display, entrants: Sequence[Entrant], reason: str) -> None:
    """Tells those who watch that these run no more."""
    for each in entrants:
        display.tell(Dropped(candidate=each.candidate, why=reason))


def tell_leading(display: Display, entrants: Sequence[Entrant]) -> None:
    """Tells those who watch who is ahead."""
    for each in entrants:
        score = each.trial.dev_score if each.trial else None
        display.tell(Leading(candidate=each.candidate, score=math.nan if score is None else score))


def why(contest: Sequence[Entrant], winner: Entrant) -> str:
    """How the winner was chosen from those who could have won."""
    others = len(contest) - 1
    judged = len(shared(contest))
    on = "the dev rows" if judged == 1 else f"{judged} folds"
    if not others:
        ahead = f"{winner.candidate.label} is clearly ahead of every other adaptation"
        return f"{ahead}, by {on} and by what is known of such fits."
    return (
        f"{winner.candidate.label} was chosen from {count(len(contest), 'adaptation')} that {on} can't "
        "clearly tell apart: the cheapest to run of those within one standard error of the most promising, "
        "and of equally cheap ones that one."
    )


def alone(winner: Entrant) -> str:
    """That there was nothing to choose from."""
    return f"{winner.candidate.label} is the only adaptation that was fitted."


def proposals(tried: int) -> str:
    """How many settings a search has tried."""
    return (
        f"{count(tried, 'further setting')} of the leading strategy {'was' if tried == 1 else 'were'} tried"
    )
