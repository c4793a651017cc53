"""One candidate at one fidelity, as it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headstart.core.portion import Portion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.plan import Candidate, Cost


# A part of a training of a population, which goes on from a checkpoint and ends with one.
MEMBER = "member"
ON_A_PORTION = ("trial", MEMBER)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A finished, failed or stopped fit.

    Args:
        key: hash of all that decides its outcome; names its folder.
        candidate: what was fitted.
        role: `trial` on a portion, `member` for a part of a training of a population, `refit` on train and
            dev rows, `half` and `quarter` on that much of the train rows.
        portion: for a `trial` or a `member`, the rows it was fitted on and judged by.
        status: `done`, `failed`, `stopped` (out of time) or `skipped` (not started).
        dev_score: the metric on the rows that judge it.
        cost: measured seconds and peak bytes.
        chosen: settings found while fitting.
        message: why it failed, was stopped or skipped.
        starved: whether it failed for want of memory.
        step: for a `member`, the number of its step, from 1; 0 for all else.
        until: share of the training after which it ended.
        parent: for a `member`, the key of the trial whose weights it went on from; empty at the start.
    """

    key: str
    candidate: Candidate
    role: str
    status: str
    portion: Portion = field(default_factory=Portion)
    dev_score: float | None = None
    cost: Cost | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    starved: bool = False
    step: int = 0
    until: float = 1.0
    parent: str = ""
