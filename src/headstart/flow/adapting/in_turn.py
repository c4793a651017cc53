"""The sealed rows for one model after the other, in the order that leaves a verdict if time runs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.flow.adapting.closing import largest_bytes

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from headstart.core.trial import Trial
    from headstart.flow.adapting.session import Session


def measured_in_turn(
    session: Session, fitted: Mapping[str, Trial], *, baselines: Container[str]
) -> dict[str, Trial]:
    """Tests each model once and gives those, by name, that predicted the sealed rows in time.

    There is no verdict without a baseline, and nothing to ship: they come first, the quickest before the
    others, and the very first may use all the time there is. All others leave what packing and the report
    take.

    Args:
        session: the run at work.
        fitted: the fit that stands for each name.
        baselines: which names are baselines.
    """
    seconds = {name: each.cost.seconds if each.cost else 0.0 for name, each in fitted.items()}
    turns = sorted(fitted, key=lambda name: (0, seconds[name]) if name in baselines else (1, 0.0))
    reserve_s = 0.0
    for trial in {fitted[name].key: fitted[name] for name in turns}.values():
        session.test(trial, reserve_s=reserve_s)
        if session.tested(trial):
            reserve_s = session.reserve.pack_s(largest_bytes(session, fitted.values()))
    return {name: trial for name, trial in fitted.items() if session.tested(trial)}
