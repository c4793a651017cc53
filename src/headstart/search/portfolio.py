"""Settings known to be strong, and then a search that starts from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headstart import registry
from headstart.core.knob import knob
from headstart.core.search import Proposal
from headstart.errors import SettingError
from headstart.search._known import kept, known
from headstart.search._space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headstart.core.knob import Knob
    from headstart.core.search import Search, Tried, Wait


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """The default: what was best on other data, in the order of what each adds, then a search.

    Portfolio: Feurer et al. 2022, "Auto-sklearn 2.0", section 3.1. The settings and the scores that
    they were chosen by lie in `portfolio.toml`, by the strategy that declares the knobs. A strategy
    without measurements begins with its defaults.
    """

    summary: ClassVar[str] = "settings known to be strong, and then a search that starts from them"

    then: str = knob("local", "search that goes on from them")
    settings: tuple[Mapping[str, Any], ...] | None = knob(
        None, "settings to begin with in place of those that were measured"
    )

    def propose(
        self, space: Sequence[Knob], history: Sequence[Tried], *, seed: int
    ) -> Proposal | Wait | None:
        if self.then == registry.name_of(self):
            raise SettingError(f"then: got {self.then!r}; it names another search, such as 'local' or 'tpe'")
        room = Space.of(space)
        taken = room.keys([each.params for each in history])
        owner = room.knobs[0].owner if room.knobs else ""
        first = known(owner) if self.settings is None else self.settings
        for params in kept(first, [each.name for each in room.knobs]):
            if room.key(params) not in taken and room.holds(params):
                return Proposal(params=params)
        search: Search = registry.build("search", self.then, {})
        return search.propose(space, history, seed=seed)
