"""Which character parts the cells of a delimited file."""

from __future__ import annotations

import csv
import io

DELIMITERS = (",", ";", "\t", "|")
# No text holds it: it is no character.
NO_DELIMITER = "\U0010ffff"
_MOST_RECORDS = 500
_PLAIN_SHARE = 0.9


def sniff_delimiter(sample: str, *, ending: str = "") -> str:
    """The delimiter under which most records have as many cells as the header.

    Args:
        sample: the first part of the file, in whole lines.
        ending: the file's ending, which decides between equals; `.txt` may well be plain lines.

    Returns:
        one of `DELIMITERS`, or `NO_DELIMITER` for a file of one column.
    """
    scored = [(*_fit(sample, each), ending == ".tsv" and each == "\t", each) for each in DELIMITERS]
    share, columns, _, best = max(scored, key=lambda fit: fit[:3])
    least = _PLAIN_SHARE if ending == ".txt" else 0.0
    return best if columns > 1 and share >= least else NO_DELIMITER


def names_delimiter(record: list[str]) -> bool:
    """Whether a first record is the line `sep=;`, by which Excel tells itself what parts the cells."""
    return len(record) == 2 and record[0].strip().lower() == "sep=" and not record[1]


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of records that have as many cells as the header, and the header's cells."""
    widths = [len(record) for record in _records(sample, delimiter) if record]
    if not widths or widths[0] == 1:
        return 0.0, 1
    like = sum(width == widths[0] for width in widths[1:])
    return round(like / (len(widths) - 1), 2) if len(widths) > 1 else 1.0, widths[0]


def _records(sample: str, delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            found.append(record)
            if len(found) > _MOST_RECORDS:
                break
    except csv.Error:
        return found
    return found
