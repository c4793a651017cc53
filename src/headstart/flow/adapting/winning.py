"""Whom the evidence of a race speaks for, alone or together with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.evaluation.choice import choose
from headstart.flow.adapting.closing import affords
from headstart.flow.adapting.joining import Joining
from headstart.flow.adapting.telling import alone, why
from headstart.race.folder import read_json, write_json
from headstart.wording import candidate_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.field import Field

# Which combination was taken.
TAKEN = "taken.json"


def winner_of(held: Field) -> Entrant | None:
    """Whom the evidence speaks for; None when no adaptation that may ship ran to its end.

    Args:
        held: the race, its finalists known.
    """
    contest = held.evidence.allowed([held.entrants[place] for place in held.finalists])
    if not contest:
        return None
    standing = held.evidence.standings(contest)
    winner = contest[choose(standing, held.evidence.run_costs(contest))]
    fitted = sum(each.trial is not None for each in held.entrants)
    held.said.append(why(contest, winner) if fitted > 1 else alone(winner))
    return _joined(held, winner, [each for each in contest if each is not winner])


def _joined(held: Field, winner: Entrant, finalists: Sequence[Entrant]) -> Entrant:
    """The winner, or the combination with others that is worth what it costs to run."""
    # What comes ready may have learnt from the rows that judge here.
    baselines = [each for each in held.baselines if each.trial and not (each.ready or held.plan.named)]
    beside = [*finalists, *baselines]
    rest = [each for each in held.entrants if each.trial and each is not winner and each not in beside]
    joining = Joining(session=held.session, evidence=held.evidence)
    found = joining.best(winner, [*beside, *rest], reserve_s=held.kept_s(winner))
    if found is None:
        return winner
    label = candidate_label(found.candidate)
    if not _taken(held, found, winner):
        held.said.append(
            f"{label} would be better than {winner.candidate.label} alone, and there is no time to fit all "
            "its members again."
        )
        return winner
    held.said.append(
        f"{label} is better than {winner.candidate.label} alone by more than the noise, or as good and no "
        "dearer to run."
    )
    return found


def _taken(held: Field, found: Entrant, winner: Entrant) -> bool:
    """Whether there is time for a combination, or an earlier process of this run has taken it already."""
    path, key = held.session.folder.work / TAKEN, found.trials[-1].key
    if (read_json(path) or {}).get("key") != key:
        tested = [each for each in (*held.baselines, held.untouched) if each is not None and each.trial]
        if not affords(held.session, tested, found, alone=winner):
            return False
        write_json(path, {"key": key})
    return True
