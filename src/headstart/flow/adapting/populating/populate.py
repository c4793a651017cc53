"""A population of the leading strategy, and the schedule that comes out of it as a newcomer in the race."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headstart.core.portion import Portion
from headstart.core.trial import MEMBER
from headstart.flow.adapting.closing import SLACK
from headstart.flow.adapting.entrant import Entrant
from headstart.flow.adapting.folds import REPEATS
from headstart.flow.adapting.populating.breed import Breeding
from headstart.flow.adapting.populating.size import LEAST, Size, fitting
from headstart.flow.adapting.populating.stock import stock_of
from headstart.race.folder import read_json, write_json
from headstart.wording import count, duration

if TYPE_CHECKING:
    from headstart.core.plan import Candidate
    from headstart.flow.adapting.field import Field
    from headstart.flow.adapting.populating.breed import Member
    from headstart.flow.adapting.populating.stock import Stock
    from headstart.flow.adapting.proposing import Proposing

PLAN = "population.json"


def populate(held: Field, proposing: Proposing) -> None:
    """Trains a population and lets its best schedule challenge the leader, where there is time for that.

    The members are compared on rows that are parted in a way of their own, where rows may be shuffled:
    the luck of their scores there is no evidence in the race. What enters it is the schedule, fitted from
    the start on each portion that the leader was judged by, as every other newcomer is.

    Args:
        held: the race.
        proposing: holds the search.
    """
    found = (
        stock_of(held.entrants[place], kin=_kin(held, held.entrants[place].candidate), vary=proposing.vary)
        for place in held.finalists
    )
    stocks = [each for each in found if each is not None]
    if not stocks:
        held.said.append(
            "No population was trained: no finalist learns in passes between which its settings may change."
        )
        return
    stock, size = _planned(held, stocks, proposing)
    if size is None:
        needed = duration(SLACK * LEAST.seconds(stock.pace))
        held.said.append(
            f"No population was trained: {LEAST.members} members of {stock.entrant.candidate.name} in "
            f"{LEAST.steps} steps take about {needed}, and {duration(max(0.0, _left_s(held, stock)))} were "
            "left for it."
        )
        return
    breeding = _breeding(held, stock, size, proposing)
    breeding.run()
    held.population += breeding.trials
    held.said.append(_told(stock, breeding))
    if (best := breeding.best) is not None:
        _enter(held, stock, best)


def _kin(held: Field, candidate: Candidate) -> list[Entrant]:
    """Entrants of the same strategies on the same base."""
    return [
        each
        for each in held.entrants
        if (each.candidate.base, each.candidate.name) == (candidate.base, candidate.name)
    ]


def _portion(held: Field) -> Portion:
    repeat = 0 if held.folds == 1 else REPEATS + 1
    return Portion(folds=held.folds, repeat=repeat)


def _left_s(held: Field, stock: Stock) -> float:
    """Seconds that a population may take: what comes after it has to fit in too."""
    return held.session.clock.left_s - _reserve_s(held, stock)


def _reserve_s(held: Field, stock: Stock) -> float:
    """Seconds for the schedule's own fits on what the leader was judged by, and for the end of the run."""
    entrant = stock.entrant
    rungs_s = sum(entrant.on(share).cost.seconds for share in held.shares[:-1])
    judged = len(held.entrants[held.finalists[0]].done)
    return held.kept_s(entrant) + rungs_s + judged * entrant.seconds


def _planned(held: Field, stocks: list[Stock], proposing: Proposing) -> tuple[Stock, Size | None]:
    """Of whom a population is trained and how large it is, as an earlier process of this run has planned it.

    Less time is left by then, and another plan would throw away what it has trained.
    """
    session, path = held.session, held.session.folder.work / PLAN
    keys = [
        session.begun(each.entrant.candidate, role=MEMBER, portion=_portion(held), decision=None).key
        for each in stocks
    ]
    known = read_json(path)
    if known is not None and known.get("of") in keys:
        size = Size(members=int(known["members"]), steps=int(known["steps"]))
        return stocks[keys.index(known["of"])], size
    search: Any = proposing.search
    wanted = Size(members=search.members, steps=search.steps)
    found = fitting(wanted, stocks[0].pace, left_s=_left_s(held, stocks[0]) / SLACK)
    if found is not None:
        write_json(path, {"of": keys[0], "members": found.members, "steps": found.steps})
    return stocks[0], found


def _breeding(held: Field, stock: Stock, size: Size, proposing: Proposing) -> Breeding:
    search: Any = proposing.search
    return Breeding(
        session=held.session,
        search=replace(search, members=size.members, steps=size.steps, first=stock.own),
        space=stock.space,
        make=stock.candidate,
        size=size,
        pace=stock.pace,
        portion=_portion(held),
        sign=proposing.sign,
        reserve_s=_reserve_s(held, stock),
    )


def _told(stock: Stock, breeding: Breeding) -> str:
    size, copies = breeding.size, breeding.copies
    said = (
        f"A population of {count(size.members, 'member')} of {stock.entrant.candidate.name} was trained in "
        f"{count(size.steps, 'step')}; copies of better ones took the place of worse ones "
        f"{count(copies, 'time')}"
    )
    return f"{said}; {breeding.ended}." if breeding.ended else f"{said}."


def _enter(held: Field, stock: Stock, best: Member) -> None:
    """The schedule of the best member, as a newcomer."""
    if not best.course and dict(best.start) == stock.own:
        held.said.append(f"No member did better than the settings of {stock.entrant.candidate.label}.")
        return
    variant = len(_kin(held, stock.entrant.candidate))
    candidate = replace(stock.candidate(best.start, best.course), variant=variant)
    held.entrants.append(Entrant(candidate=candidate))
    better = held.challenge(len(held.entrants) - 1)
    came = "leads" if better else "did not come out ahead"
    held.said.append(f"Its best schedule, {candidate.label}, {came} on what the leader was judged by.")
