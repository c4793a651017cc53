"""Rows whose label is likely wrong, as a file to go through."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from headstart.atomic import atomic_file

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.diagnosis import ConfidentError, Diagnosis
    from headstart.core.result import Result

LEAST_CONFIDENCE = 0.8
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SIGNED = re.compile(r"[+-][\w., %]*")


def likely_label_errors(diagnosis: Diagnosis) -> tuple[ConfidentError, ...]:
    """Test rows on which the model is sure of another label than the file's, surest first."""
    return tuple(error for error in diagnosis.confident_errors if error.confidence >= LEAST_CONFIDENCE)


def write_label_errors(result: Result, path: Path) -> Path:
    """Writes a CSV with a line per likely label error; without texts where they are not kept.

    Returns:
        `path`; the file has a header alone when nothing is suspected.

    Raises:
        RunError: the disk is full or the place can't be written.
    """
    header = ["row", "label", "suggested", "confidence", "probability_of_label"]
    if result.text_kept:
        header.append("text")
    # The mark at the head makes spreadsheets read UTF-8.
    with (
        atomic_file(path) as part,
        part.open("w", encoding="utf-8-sig", newline="", errors="replace") as file,
    ):
        # Only line ends of this kind make Python quote a bare carriage return.
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow(header)
        for error in likely_label_errors(result.diagnosis):
            cells = [
                error.number,
                _harmless_label(error.gold),
                _harmless_label(error.predicted),
                f"{error.confidence:.3f}",
                "" if error.gold_probability is None else f"{error.gold_probability:.3f}",
            ]
            lines.writerow([*cells, _harmless(error.text)] if result.text_kept else cells)
    return path


def _harmless(text: str) -> str:
    # A spreadsheet would run a text that looks like a formula.
    return f"'{text}" if text.startswith(_FORMULA) else text


def _harmless_label(label: str) -> str:
    # Labels are matched with those of the file, and +1, -0.5 and -ve run nothing.
    return label if _SIGNED.fullmatch(label) else _harmless(label)
