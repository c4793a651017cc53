"""Short names that tell the candidates of one run apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from headstart.flow.adapting.watching.board import key
from headstart.wording import strategy_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from headstart.core.plan import Candidate


def labels(candidates: Iterable[Candidate]) -> dict[str, str]:
    """By key: the strategies, the base where there are several, and a number where that is not enough.

    A candidate keeps its name when others follow it.
    """
    listed = list(candidates)
    bases = {each.base for each in listed} - {None}
    plain = [_plain(each, with_base=len(bases) > 1) for each in listed]
    often, seen = Counter(plain), Counter[str]()
    found = {}
    for each, name in zip(listed, plain, strict=True):
        seen[name] += 1
        found[key(each)] = f"{name} {seen[name]}" if often[name] > 1 else name
    return found


def settings(candidates: Iterable[Candidate]) -> dict[str, str]:
    """By key: the settings in which it differs from others of the same strategies, in words."""
    listed = list(candidates)
    found = {}
    for each in listed:
        kin = [_params(other) for other in listed if other.name == each.name]
        own = _params(each)
        differing = [name for name in own if len({repr(other.get(name)) for other in kin}) > 1]
        found[key(each)] = ", ".join(f"{name.replace('_', ' ')} {_value(own[name])}" for name in differing)
    return found


def _plain(candidate: Candidate, *, with_base: bool) -> str:
    name = " + ".join(strategy_label(step.use) for step in candidate.steps)
    if not with_base or candidate.base is None:
        return name
    return f"{name} on {candidate.base.rstrip('/').rpartition('/')[2]}"


def _params(candidate: Candidate) -> Mapping[str, Any]:
    return {name: value for step in candidate.steps for name, value in step.params.items()}


def _value(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
