"""Short names that tell the candidates of one run apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from headstart.flow.adapting.watching.board import key
from headstart.wording import count, strategy_label

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
    often, same = Counter(each.name for each in listed), Counter[tuple[str, str, str]]()
    for each in listed:
        same.update((each.name, name, repr(value)) for name, value in _params(each).items())
    return {
        key(each): ", ".join(
            f"{name.replace('_', ' ')} {_value(value)}"
            for name, value in _params(each).items()
            if same[each.name, name, repr(value)] < often[each.name]
        )
        for each in listed
    }


def _plain(candidate: Candidate, *, with_base: bool) -> str:
    name = " + ".join(strategy_label(step.use) for step in candidate.steps)
    if not with_base or candidate.base is None:
        return name
    return f"{name} on {candidate.base.rstrip('/').rpartition('/')[2]}"


def _params(candidate: Candidate) -> Mapping[str, Any]:
    return {name: value for step in candidate.steps for name, value in step.params.items()}


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"of {count(len(value), 'change')}"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
