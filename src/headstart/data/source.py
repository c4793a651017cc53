"""What data may come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

Source: TypeAlias = str | Path | Any
"""A path, a polars or pandas frame, a Hugging Face Dataset, a list of dicts, a dict of lists, a list of
texts, or a pair (texts, labels)."""
