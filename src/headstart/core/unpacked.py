"""Lists that cells hold as JSON."""

from __future__ import annotations

import json


def unpacked(value: object) -> object:
    """The list that a cell holds as JSON, or the cell itself."""
    if not isinstance(value, str) or not value.lstrip().startswith("["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
