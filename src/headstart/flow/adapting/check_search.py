"""Whether a search can be asked at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart import registry
from headstart.config import NO_SEARCH

if TYPE_CHECKING:
    from headstart.config import Settings
    from headstart.core.search import Search


def check_search(settings: Settings) -> None:
    """Asks the search that the settings name for a setting of nothing, before any work is done.

    A race asks it late, when the finalists are known: a package that it lacks would end the run there.

    Raises:
        MissingExtra: a package that it needs is not installed.
    """
    if settings.search != NO_SEARCH:
        search: Search = registry.build("search", settings.search, {})
        search.propose((), (), seed=settings.seed)
