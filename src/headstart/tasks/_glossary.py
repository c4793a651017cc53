"""Terms, and what they must be called in the texts that are written."""

from __future__ import annotations

import csv
from pathlib import Path

from headstart.errors import SettingError

Glossary = tuple[tuple[str, tuple[str, ...]], ...]
HEADER = {"source", "src", "term", "from"}
SPELLINGS = "|"


def read_glossary(path: str | Path) -> Glossary:
    """The terms of a file, each with the spellings that will do.

    Args:
        path: CSV, or TSV by its ending, with a term of the source and a term of the target in each line;
            spellings of the target that will do as well follow it after `|`. A first line that begins
            with `source` or `term` is taken for a header.

    Raises:
        SettingError: it can't be read, or a line has no two cells; the message names the line.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"glossary: can't read {file} ({error}); give a CSV file in UTF-8") from None
    delimiter = "\t" if file.suffix.lower() in (".tsv", ".tab") else ","
    found = list[tuple[str, tuple[str, ...]]]()
    for line, cells in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), 1):
        if not any(each.strip() for each in cells) or (line == 1 and cells[0].strip().lower() in HEADER):
            continue
        spellings = tuple(each.strip() for each in cells[1].split(SPELLINGS)) if len(cells) > 1 else ()
        spellings = tuple(each for each in spellings if each)
        if not cells[0].strip() or not spellings:
            raise SettingError(
                f"glossary: line {line} of {file} has no two terms; write the term of the source, a comma "
                "(a tab in TSV), and the term of the target"
            )
        found.append((cells[0].strip(), spellings))
    if not found:
        raise SettingError(f"glossary: {file} has no terms; write a term of the source and one of the target")
    return tuple(found)
