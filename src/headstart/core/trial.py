"""One candidate at one fidelity, as it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headstart.core.plan import Candidate, Cost


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A finished, failed or stopped fit.

    Args:
        key: hash of all that decides its outcome; names its folder.
        candidate: what was fitted.
        role: `trial` on train rows, `refit` on train and dev rows, `half` on half of the train rows.
        status: `done`, `failed`, `stopped` (out of time) or `skipped` (not started).
        dev_score: the metric on dev rows.
        cost: measured seconds and peak bytes.
        chosen: settings found while fitting.
        message: why it failed, was stopped or skipped.
    """

    key: str
    candidate: Candidate
    role: str
    status: str
    dev_score: float | None = None
    cost: Cost | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
