"""The bases that were named, as far as they can be had here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headstart.errors import Unreachable
from headstart.models.describe import describe
from headstart.models.hub import offline, unreachable
from headstart.models.weight_files import weight_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.base import BaseInfo


@dataclass(frozen=True, kw_only=True)
class Bases:
    """Pre-trained models to start from.

    Args:
        there: those that can be had.
        absent: by name, why the others can't.
    """

    there: tuple[BaseInfo, ...]
    absent: Mapping[str, str] = field(default_factory=dict)


def bases_of(names: Sequence[str]) -> Bases:
    """The bases of these names; one that only a network could bring is no obstacle to the others.

    Args:
        names: as a person gave them.

    Raises:
        Unreachable: none of them is on this computer, and there is no network.
        BaseError: one of them can't be found, is broken, or of an unknown architecture.
        MissingExtra: the package that carries one of them is not installed.
    """
    there: list[BaseInfo] = []
    faults: dict[str, Unreachable] = {}
    for name in dict.fromkeys(names):
        try:
            there.append(_had(name))
        except Unreachable as fault:
            faults[name] = fault
    if faults and not there:
        raise next(iter(faults.values()))
    return Bases(there=tuple(there), absent={name: str(fault) for name, fault in faults.items()})


def _had(name: str) -> BaseInfo:
    info = describe(name)
    # Its description alone may have been fetched before.
    if weight_files(info.folder) is None and offline():
        raise unreachable(name)
    return info
