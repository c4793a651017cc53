"""What fits cost on this computer, and what that says of the next predictions."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any, Self

from headstart.core.plan import Cost
from headstart.planning.journal import append, lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headstart.core.machine import Machine
    from headstart.core.plan import Candidate

FILE = "costs.jsonl"
# Fits of a strategy that count: what a computer did long ago says little of it now.
LATEST = 9
# A strategy's own fits weigh against this many that all strategies together stand for.
PRIOR = 1
# Fits of all strategies from which errors are told, so that a long history costs no more than its length.
RECENT = 100
# Beyond this a fit says that something else went wrong, so that no correction goes further.
LARGEST = 6.0


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One fit as the cost model saw it beforehand, and as it went.

    Args:
        name: its strategies.
        machine: what it ran on: device, cores and precision.
        modelled: what the model said, uncorrected.
        actual: what was measured.
        starved: whether it died for want of memory, so that its cost says nothing of a whole fit.
    """

    name: str
    machine: tuple[str, int, str]
    modelled: Cost
    actual: Cost
    starved: bool = False

    @property
    def ratios(self) -> tuple[float, float]:
        """Actual over modelled seconds and bytes."""
        return (
            self.actual.seconds / self.modelled.seconds,
            self.actual.peak_bytes / self.modelled.peak_bytes,
        )

    @property
    def usable(self) -> bool:
        """Whether there are ratios to learn from."""
        values = [*asdict(self.modelled).values(), *asdict(self.actual).values()]
        return all(math.isfinite(each) and each > 0 for each in values)


@dataclass(frozen=True, kw_only=True)
class CostHistory:
    """The fits of one kind of machine, oldest first.

    Args:
        fits: those that ran to their end.
        starved: by strategies, the fewest bytes that the model said of a fit which died for want of memory,
            where no later one of as many ended well.
    """

    fits: tuple[Fit, ...] = ()
    starved: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, machine: Machine) -> Self:
        """The history kept in a folder; torn lines are passed over, and no file is an empty one."""
        here = machine_key(machine)
        found = [each for each in _read(folder / FILE) if each.machine == here]
        usable = tuple(each for each in found if each.usable and not each.starved)
        return cls(fits=usable, starved=_starved(found))

    def corrected(self, candidate: Candidate) -> Candidate:
        """The candidate with its cost as earlier fits say, and beside it what the model said."""
        if candidate.blocked:
            return candidate
        seconds, peak_bytes = self.factors(candidate.name)
        modelled = candidate.cost
        cost = Cost(seconds=modelled.seconds * seconds, peak_bytes=modelled.peak_bytes * peak_bytes)
        return replace(candidate, cost=cost, modelled=modelled)

    def factors(self, name: str) -> tuple[float, float]:
        """What the model's seconds and bytes of these strategies are multiplied by.

        The median of the logarithms of actual over modelled cost over the strategy's latest fits, drawn
        towards that over the latest fits of all strategies, and that towards no correction.
        """
        own = [each.ratios for each in self.fits if each.name == name][-LATEST:]
        every = self._every()
        seconds, peak_bytes = (
            _factor([pair[place] for pair in own], [pair[place] for pair in every]) for place in (0, 1)
        )
        return seconds, peak_bytes

    def errors(self) -> dict[str, tuple[int, float, float]]:
        """By strategy, its fits and the median error of their seconds and of their bytes.

        Each fit is predicted from those before it, and its error is a share of what it cost.
        """
        found: dict[str, list[tuple[float, float]]] = {}
        for place, fit in enumerate(self.fits):
            before = self.fits[max(0, place - RECENT) : place]
            factors = replace(self, fits=before).factors(fit.name)
            off = [abs(one / other - 1.0) for one, other in zip(factors, fit.ratios, strict=True)]
            found.setdefault(fit.name, []).append((off[0], off[1]))
        return {
            name: (len(pairs), median(one for one, _ in pairs), median(two for _, two in pairs))
            for name, pairs in sorted(found.items())
        }

    def _every(self) -> list[tuple[float, float]]:
        """Ratios of the latest fits of each strategy."""
        by_name: dict[str, deque[tuple[float, float]]] = {}
        for each in self.fits:
            by_name.setdefault(each.name, deque(maxlen=LATEST)).append(each.ratios)
        return [ratios for latest in by_name.values() for ratios in latest]


def note_fit(
    folder: Path, candidate: Candidate, *, actual: Cost, machine: Machine, starved: bool = False
) -> None:
    """Appends a fit; a history that can't be written is no reason to end a run.

    Args:
        folder: where the history is kept.
        candidate: what was fitted, with its modelled cost.
        actual: what was measured.
        machine: what it ran on.
        starved: whether it died for want of memory, instead of finishing.
    """
    fit = Fit(
        name=candidate.name,
        machine=machine_key(machine),
        modelled=candidate.modelled or candidate.cost,
        actual=actual,
        starved=starved,
    )
    append(folder / FILE, asdict(fit))


def machine_key(machine: Machine) -> tuple[str, int, str]:
    """What must be alike for costs to be comparable."""
    return (machine.device, machine.cores, machine.precision)


def _factor(own: Sequence[float], every: Sequence[float]) -> float:
    prior = _centre(every) * len(every) / (len(every) + LATEST)
    drawn = (len(own) * _centre(own) + PRIOR * prior) / (len(own) + PRIOR)
    return math.exp(drawn)


def _centre(ratios: Sequence[float]) -> float:
    """The median of the logarithms; while fits are few, one that something disturbed would decide it."""
    bound = math.log(LARGEST)
    return median(max(-bound, min(bound, math.log(each))) for each in ratios) if ratios else 0.0


def _starved(fits: Sequence[Fit]) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in fits:
        size, least = each.modelled.peak_bytes, found.get(each.name, math.inf)
        if each.starved:
            found[each.name] = min(size, least)
        elif size >= least:
            del found[each.name]
    return found


def _read(path: Path) -> list[Fit]:
    return [fit for values in lines(path) if (fit := _parsed(values)) is not None]


def _parsed(values: Mapping[str, Any]) -> Fit | None:
    try:
        device, cores, precision = values["machine"]
        return Fit(
            name=str(values["name"]),
            machine=(str(device), int(cores), str(precision)),
            modelled=_cost(values["modelled"]),
            actual=_cost(values["actual"]),
            starved=bool(values.get("starved", False)),
        )
    except (ValueError, TypeError, KeyError):
        return None


def _cost(values: Mapping[str, Any]) -> Cost:
    return Cost(seconds=float(values["seconds"]), peak_bytes=float(values["peak_bytes"]))
