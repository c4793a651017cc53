"""What a fit cost, kept for the predictions of later runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.flow.adapting.is_whole import is_whole
from headstart.planning.history import note_fit

if TYPE_CHECKING:
    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session


def note_cost(session: Session, trial: Trial) -> None:
    """Appends what a fit took to the history of this computer, where it says what the next one will take.

    Later folds and refits find features kept, and shares of the rows are smaller: predictions speak of the
    first fit on all rows. A fit that the deadline cut short took less than a whole one would have. It counts
    where even that was more than predicted; else the next prediction would be too low, the next fit would be
    begun with less time than this one, and so on. Of a fit that died for want of memory it is noted that it
    did, whatever its rows.

    Args:
        session: the run at work.
        trial: the fit as it went.
    """
    if trial.starved and trial.cost is not None and session.history is not None:
        note_fit(session.history, trial.candidate, actual=trial.cost, machine=session.machine, starved=True)
    first = trial.role == "trial" and trial.portion.whole and not (trial.portion.fold or trial.portion.repeat)
    if not first or trial.status != "done" or trial.cost is None or session.history is None:
        return
    if is_whole(session, trial) or trial.cost.seconds > trial.candidate.cost.seconds:
        note_fit(session.history, trial.candidate, actual=trial.cost, machine=session.machine)
