"""The sealed rows for one model after the other, in the order that leaves a verdict if time runs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.flow.adapting.closing import largest_bytes
from headstart.flow.adapting.reading_key import key_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session


def measured_in_turn(
    session: Session, fitted: Mapping[str, Trial], *, baselines: Container[str]
) -> dict[str, Trial]:
    """Tests each model once and gives those, by name, that predicted the sealed rows in time.

    There is no verdict without a baseline, and nothing to ship: they come first, the quickest before the
    others, and the very first may use all the time there is. All others leave what packing and the report
    take. Models of equal backbones read the rows together.

    Args:
        session: the run at work.
        fitted: the fit that stands for each name.
        baselines: which names are baselines.
    """
    seconds = {name: each.cost.seconds if each.cost else 0.0 for name, each in fitted.items()}
    turns = sorted(fitted, key=lambda name: (0, seconds[name]) if name in baselines else (1, 0.0))
    reserve_s = 0.0
    for trials in _groups(session, [fitted[name] for name in turns]):
        session.test(trials, reserve_s=reserve_s)
        if any(map(session.tested, trials)):
            reserve_s = session.reserve.pack_s(largest_bytes(session, fitted.values()))
    return {name: trial for name, trial in fitted.items() if session.tested(trial)}


def _groups(session: Session, turns: Sequence[Trial]) -> list[list[Trial]]:
    """Each fit once, those whose models can read rows together in the turn of the first of them."""
    groups: dict[str, list[Trial]] = {}
    for trial in {each.key: each for each in turns}.values():
        groups.setdefault(key_of(session, trial) or trial.key, []).append(trial)
    return list(groups.values())
