"""Seconds that the end of a run needs, so that the race leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.evaluation.jackknife import reading_s
from headstart.flow.adapting.reading_key import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headstart.core.plan import Candidate
    from headstart.core.trial import Trial
    from headstart.flow.adapting.entrant import Entrant
    from headstart.flow.adapting.session import Session

# Computers are not always as quick as they were.
SLACK = 1.15
# After its last fit a race says who leads, and whether others join the winner.
COMPARISONS = 2
# What a candidate has to promise above the leader to enter without time for its refit: about what the leader
# gains from the dev rows, a fifth of them all.
PROMISE = 0.02


def refits_s(session: Session, entrants: Iterable[Entrant]) -> float:
    """Seconds to fit these on train and dev rows, which are more than their trials read."""
    split = session.dataset.split
    growth = 1 + len(split.dev) / max(1, len(split.train))
    return growth * sum(each.seconds for each in entrants)


def proving_s(session: Session, entrants: Sequence[Entrant]) -> float:
    """Seconds to predict the sealed rows with each of these as it was fitted, and to compare them.

    What no fit has measured yet is taken to read a row as slowly as the slowest of the others; but a fit
    predicts the dev rows too, so that the sealed ones take no longer than it does, for as many of them.
    Refits are not part of it: where they don't fit, all is tested as fitted on the train rows. Those that
    read the rows together take the time of one.
    """
    reserve, test, dev = session.reserve, len(session.dataset.test), len(session.dataset.split.dev)
    told = [(each, row_ms(session, each)) for each in apart(session, entrants)]
    slowest = max((took for _, took in told if took is not None), default=0.0)
    usual_s = max(reserve.predict_s(), reserve.predict_s(slowest))
    reading = sum(
        _reread_s(session, each, took)
        if took is not None
        else min(usual_s, max(1.0, test / max(1, dev)) * each.seconds)
        for each, took in told
    )
    at_once = getattr(session.metric, "without", None) is not None
    opening_s = (len(entrants) - len(told)) * reserve.predict_s(0.0)
    return reading + opening_s + (0.0 if at_once else reading_s(test, models=len(entrants)))


def apart(session: Session, entrants: Iterable[Entrant]) -> list[Entrant]:
    """One of those that can read rows together, the first one, and all others."""
    found: dict[str | int, Entrant] = {}
    for each in entrants:
        found.setdefault(reads_as(session, each) or id(each), each)
    return list(found.values())


def reads_as(session: Session, entrant: Entrant) -> str | None:
    """The reading key of what an entrant's latest fit left; None before there is one or without any."""
    done = [each for each in entrant.trials if each.status == "done"]
    return key_of(session, done[-1]) if done else None


def _reread_s(session: Session, entrant: Entrant, took: float) -> float:
    """Seconds to read what an entrant's fit left back from disk, and the sealed rows with it.

    No more than its fit took, which opened what it started from and read the dev rows, and the further rows:
    libraries that came from a cold disk make a computer look slower than it is.
    """
    told_s = session.reserve.predict_s(took, largest_bytes(session, entrant.trials))
    further = max(0, len(session.dataset.test) - len(session.dataset.split.dev))
    return min(told_s, entrant.seconds + further * took / 1e3)


def comparing_s(session: Session, *, models: int, portions: int) -> float:
    """Seconds that a race takes after a fit to compare models on the rows that they have judged.

    Args:
        session: the run at work.
        models: how many are compared.
        portions: on how many portions, each as large as the dev rows.
    """
    if getattr(session.metric, "without", None) is not None:
        return 0.0
    return COMPARISONS * reading_s(portions * len(session.dataset.split.dev), models=models)


def closing_s(session: Session, entrants: Sequence[Entrant], *, ships: Entrant | None) -> float:
    """Seconds to test these on the sealed rows, to check what is expected to ship, and to ship it."""
    size_bytes = 0.0 if ships is None else largest_bytes(session, ships.trials)
    check_s = session.reserve.check_s(None if ships is None else row_ms(session, ships), size_bytes)
    return proving_s(session, entrants) + check_s + session.reserve.pack_s(size_bytes)


def row_ms(session: Session, entrant: Entrant) -> float | None:
    """Milliseconds that a row takes what an entrant's latest fit left; None before there is one."""
    for trial in reversed(entrant.trials):
        took = (session.outcome(trial).get("footprint") or {}).get("row_ms")
        if trial.status == "done" and took is not None:
            return float(took)
    return None


def largest_bytes(session: Session, trials: Iterable[Trial]) -> float:
    """Size of the largest model that these fits have left; nought without any."""
    told = ((session.outcome(each).get("footprint") or {}).get("bytes") for each in trials)
    return max((float(each) for each in told if each is not None), default=0.0)


def kept_s(
    session: Session,
    *,
    baselines: Sequence[Entrant],
    untouched: Entrant | None,
    leader: Entrant | None,
    entrant: Entrant,
    with_refit: bool = True,
) -> float:
    """Seconds that have to be left when a fit of a race ends.

    The refit of whoever may win is among them, as long as that of the leader fits in: where it does not any
    more, the time is worth more to a fit.

    Args:
        session: the run at work.
        baselines: those that have been measured; the entrant may be one more.
        untouched: what stands for the untouched base, where it is tested beside them; it may be the entrant.
        leader: the adaptation that is ahead; None without any.
        entrant: whose fit it is.
        with_refit: whether the time of its own refit is kept where none but the untouched base leads, or
            none, or one of which less is expected. As it was fitted on the train rows it is worth more.
    """
    beside = [each for each in baselines if each.done or each is entrant] + (
        [untouched] if untouched is not None else []
    )
    others = [] if any(entrant is each for each in beside) else [entrant]
    if leader is None:
        # A verdict needs one adaptation more than refits and the second check in a new process.
        ending_s = proving_s(session, [*beside, *others]) + session.reserve.pack_s()
        refit_s = session.reserve.check_s() + SLACK * refits_s(session, [*beside, *others])
        return ending_s + (refit_s if with_refit else 0.0)
    contest = [leader, *(each for each in others if each is not leader)]
    slower = max(contest, key=lambda each: proving_s(session, [each]))
    ending_s = closing_s(session, _with(beside, slower), ships=slower)
    if ending_s + refits_s(session, _with(beside, leader)) > session.clock.left_s:
        return ending_s
    promises = promises_more(entrant.candidate, leader.candidate)
    alone = not with_refit and (leader is untouched or promises)
    heavier = leader if alone else max(contest, key=lambda each: each.seconds)
    return ending_s + SLACK * refits_s(session, _with(beside, heavier))


def affords(session: Session, beside: Sequence[Entrant], joint: Entrant, *, alone: Entrant) -> bool:
    """Whether there is time to refit all members of a combination, as there is for the best of them alone.

    Where that one can't be refitted either, all is tested as it was fitted, and the combination may be too.

    Args:
        session: the run at work.
        beside: what is refitted and tested with it.
        joint: the combination.
        alone: what would be refitted in its place.
    """
    left_s = session.clock.left_s
    tested_s = closing_s(session, [*beside, joint], ships=joint)
    once = {id(each): each for each in (*beside, *joint.members)}
    refitted_s = tested_s + SLACK * refits_s(session, once.values()) + joint.candidate.cost.seconds
    usual_s = closing_s(session, _with(beside, alone), ships=alone)
    usual_s += refits_s(session, _with(beside, alone))
    return refitted_s <= left_s or tested_s <= left_s < usual_s


def promises_more(candidate: Candidate, other: Candidate) -> bool:
    """Whether a candidate is expected to be better than another by more than a refit brings."""
    mine, its = candidate.quality, other.quality
    return mine is not None and its is not None and sum(mine) / 2 - sum(its) / 2 > PROMISE


def _with(entrants: Sequence[Entrant], one: Entrant) -> list[Entrant]:
    """These and one more, which is counted once."""
    return [*(each for each in entrants if each is not one), one]
