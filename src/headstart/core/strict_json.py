"""JSON that every reader takes, where Python would write numbers that JSON does not know."""

from __future__ import annotations

import json
import math
from typing import Any


def strict_json(value: Any) -> str:
    """The value as JSON; what is not a finite number becomes null, and what JSON does not know, text."""
    try:
        return _dumped(value)
    except ValueError:
        return _dumped(_finite(value))


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value
