"""What each column of a table looks like: a text, a label, an id, numbers."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from headstart.data.times import says_times

SAMPLE_ROWS = 20_000
MOST_CLASSES = 1_000
_TEXT_WORDS = 3.0
_UNSPACED_CHARACTERS = 8.0
_LABEL_CHARACTERS = 60
_FEW_TIMES, _TIMES_SEEN = 2, 50


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One column as a person would describe it.

    Args:
        name: its name.
        kind: `text`, `label`, `id`, `number`, `time`, `constant`, `empty`, `nested` or `other`.
        distinct: different values.
        words: words in a cell, on average.
        example: the beginning of one cell.
    """

    name: str
    kind: str
    distinct: int
    words: float
    example: str

    def line(self) -> str:
        """The column in one line, for a list to choose from."""
        said = {
            "text": f"text, {self.words:.0f} words on average",
            "label": f"{self.distinct:,} different values",
            "id": "an id, different in every row",
            "time": "dates or times",
            "number": f"numbers, {self.distinct:,} different ones",
            "constant": "the same value in every row",
            "empty": "empty",
            "nested": "lists or objects",
            "other": f"{self.distinct:,} different values",
        }[self.kind]
        return f"  {self.name}: {said}" + (f", such as {self.example!r}" if self.example else "")


def candidates(frame: pl.DataFrame) -> tuple[Candidate, ...]:
    """What each column looks like, in the order of the table."""
    return tuple(_describe(frame[name]) for name in frame.columns)


def _describe(values: pl.Series) -> Candidate:
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary):
        return Candidate(name=values.name, kind="nested", distinct=0, words=0.0, example="")
    cells = values.cast(pl.String).drop_nulls()
    cells = cells.filter(cells.str.contains(r"\S"))
    distinct = cells.n_unique() if len(cells) else 0
    sample = cells.sample(SAMPLE_ROWS, seed=0) if len(cells) > SAMPLE_ROWS else cells
    words = _mean(sample.str.strip_chars().str.count_matches(r"\s+")) + 1.0
    return Candidate(
        name=values.name,
        kind=_kind(sample, len(cells), distinct, words),
        distinct=distinct,
        words=words,
        example=_shortened(cells[0]) if len(cells) else "",
    )


def _kind(sample: pl.Series, rows: int, distinct: int, words: float) -> str:
    if rows == 0:
        return "empty"
    if distinct == 1:
        return "constant" if rows > 1 else "other"
    numeric = sample.str.strip_chars().cast(pl.Float64, strict=False).null_count() == 0
    if distinct == rows and rows > 2 and words < 1.05 and _names_rows(sample, numeric):
        return "id"
    if not numeric and distinct > _FEW_TIMES and says_times(sample[:_TIMES_SEEN]):
        return "time"
    if not numeric and _reads_like_text(sample, rows, distinct, words):
        return "text"
    if (
        distinct <= min(MOST_CLASSES, max(2, rows // 2))
        and _mean(sample.str.len_chars()) <= _LABEL_CHARACTERS
    ):
        return "label"
    return "number" if numeric else "other"


def _names_rows(sample: pl.Series, numeric: bool) -> bool:
    """Whole numbers, or codes that hold digits; single words are no ids, nor texts without spaces."""
    if numeric:
        return bool(sample.str.contains(r"^\s*[+-]?\d+\s*$").all())
    return _mean(sample.str.contains(r"\d")) > 0.9 and not _unspaced(sample)


def _reads_like_text(sample: pl.Series, rows: int, distinct: int, words: float) -> bool:
    if words >= _TEXT_WORDS:
        return distinct >= 0.2 * rows or words >= 3 * _TEXT_WORDS
    return _unspaced(sample) and distinct >= 0.5 * rows


def _unspaced(sample: pl.Series) -> bool:
    """Whether cells are texts in Chinese, Japanese or Thai, which put no spaces between words."""
    in_script = _mean(sample.str.contains(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")) > 0.5
    return in_script and _mean(sample.str.len_chars()) >= _UNSPACED_CHARACTERS


def _mean(values: pl.Series) -> float:
    mean = values.cast(pl.Float64).mean()
    return float(mean) if isinstance(mean, float) else 0.0


def _shortened(text: str) -> str:
    line = " ".join(text[:200].split())
    return line if len(line) <= 40 else line[:39] + "…"
