"""What of a combination can be told on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.wording import members_of

if TYPE_CHECKING:
    from headstart.flow.adapting.entrant import Entrant


def largest_member(entrant: Entrant) -> Entrant:
    """The member of the greatest share, the first of equals; what is no combination is its own."""
    if not entrant.members:
        return entrant
    shares = [share for _, share in members_of(entrant.candidate)]
    return entrant.members[shares.index(max(shares))]
