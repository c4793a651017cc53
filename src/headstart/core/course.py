"""Settings that change while a network learns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

# From a share of the training on, these settings hold, beside those that held before.
Course = tuple[tuple[float, Mapping[str, Any]], ...]
# Shares that differ by less are the same.
NEARLY = 1e-6


def settings_at(course: Course, share: float) -> dict[str, Any]:
    """The settings that a course has brought by the time that a share of the training is done.

    Args:
        course: what changes, and when.
        share: from 0 to 1.
    """
    found: dict[str, Any] = {}
    for start, changed in course:
        if start <= share + NEARLY:
            found |= changed
    return found


def course_faults(course: Sequence[Any], *, live: Collection[str]) -> list[str]:
    """What is wrong with a course, in plain words; nothing when it can be followed.

    Args:
        course: pairs of a share and of settings, as somebody wrote them.
        live: names of the settings that may change while a network learns.
    """
    before = 0.0
    for each in course:
        if not _is_pair(each):
            return [f"course: got {each!r}; it holds pairs of a share and of settings by name"]
        start, changed = each
        if not before < start < 1.0:
            return [f"course: got a change at {start:g}; shares rise from above 0 to below 1"]
        if strange := sorted(set(changed) - set(live)):
            allowed = ", ".join(sorted(live))
            return [f"course: {strange[0]} can't change while it learns; what can: {allowed}"]
        before = start
    return []


def _is_pair(value: Any) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        return False
    start, changed = value
    return isinstance(start, int | float) and not isinstance(start, bool) and isinstance(changed, Mapping)
