"""Candidates on bases that can't be had here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.chain import links
from headstart.core.plan import Candidate, Cost, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def absent_candidates(
    names: Sequence[str], absent: Mapping[str, str], *, said: Mapping[str, Mapping[str, Any]]
) -> Iterator[Candidate]:
    """A blocked candidate for every strategy that reads a base, on each base that can't be had.

    Args:
        names: the adaptations in question, those of several strategies among them.
        absent: by base, why it can't be had.
        said: hyper-parameters by strategy.
    """
    for base, reason in absent.items():
        for name in names:
            if any(registry.load("strategies", each).needs_base for each in links(name)):
                yield Candidate(
                    base=base,
                    steps=tuple(Step(use=each, params=dict(said[each])) for each in links(name)),
                    cost=Cost(seconds=0.0, peak_bytes=0.0),
                    why=reason,
                    blocked=True,
                )
