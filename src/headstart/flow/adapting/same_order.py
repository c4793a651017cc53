"""The order in which candidates enter a race, the same however often a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.race.folder import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from headstart.core.plan import Candidate


def same_order(path: Path, listed: Sequence[Candidate]) -> list[Candidate]:
    """Candidates in the order in which an earlier process of this run took them, or else as listed.

    What the run's own fits cost and scored is part of the history by the time that it goes on, and predicts
    other costs and scores than it began with. Who is promoted depends on who has come before.

    Args:
        path: where the order is kept.
        listed: the candidates as they would enter now.
    """
    known = (read_json(path) or {}).get("order")
    if not isinstance(known, list):
        write_json(path, {"order": [_told(each) for each in listed]})
        return list(listed)
    return sorted(listed, key=lambda each: known.index(_told(each)) if _told(each) in known else len(known))


def _told(candidate: Candidate) -> list[str | None]:
    return [candidate.base, candidate.name]
